export function registerAiTelemetry(version: string): boolean {
  return Number.parseInt(version, 10) >= 6;
}
export function unregisterAiTelemetry(): void {}
