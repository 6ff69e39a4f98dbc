import { register } from "phoenix-otel";
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module.js";

register();

declare const process: { env: Record<string, string | undefined> };

const start = async (): Promise<void> => {
  const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
  app.enableShutdownHooks();
  await app.listen(Number(process.env["PORT"]));
};

void start();
