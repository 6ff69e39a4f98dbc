// Stands in for a vector store and a warranty service, so the quickstart needs no network.
import { setTimeout as wait } from "node:timers/promises";

export interface ManualPage {
  id: string;
  content: string;
  score: number;
  metadata: { page: number };
}

const PAGES: ManualPage[] = [
  {
    id: "manual-31",
    content: "E4: flow too low. Scale blocks the water circuit. Descale: hold Steam for 5 s, then Brew.",
    score: 0.92,
    metadata: { page: 31 },
  },
  {
    id: "manual-12",
    content: "Descale after 200 cups, or when the light blinks. Use citric acid, never vinegar.",
    score: 0.81,
    metadata: { page: 12 },
  },
];

/** The pages nearest to a query vector. */
export async function nearestPages(_vector: number[]): Promise<ManualPage[]> {
  await wait(45);
  return PAGES;
}

/** The vector of a text. */
export async function embed(text: string): Promise<number[]> {
  await wait(25);
  return Array.from({ length: 8 }, (_, at) => Math.round(Math.sin(text.length * (at + 1)) * 1000) / 1000);
}

let asked = 0;

/** Until when a machine is under warranty. Answers at the second try only, as services do. */
export async function warrantyOf(serial: string): Promise<{ serial: string; until: string }> {
  asked += 1;
  await wait(asked === 1 ? 90 : 35);
  if (asked === 1) throw new Error("warranty service: 503 Service Unavailable");
  return { serial, until: "2027-03-14" };
}
