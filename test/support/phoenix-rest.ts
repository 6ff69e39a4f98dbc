// Reads back what a Phoenix server stored, through its REST and GraphQL interfaces.

/** An exception or another event, as Phoenix gives it back. */
export interface StoredEvent {
  readonly name: string;
  readonly timestamp: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A span as Phoenix gives it back. */
export interface StoredSpan {
  readonly name: string;
  readonly context: { readonly trace_id: string; readonly span_id: string };
  readonly span_kind: string;
  readonly parent_id: string | null;
  readonly start_time: string;
  readonly end_time: string;
  readonly status_code: "OK" | "ERROR" | "UNSET";
  readonly status_message: string;
  /** Flat keys; the span kind is taken out into `span_kind`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly StoredEvent[];
}

/** Traces of one session, as Phoenix gives them back. */
export interface StoredSession {
  readonly session_id: string;
  readonly traces: readonly { readonly trace_id: string }[];
}

/** What the server says that a span cost, in US dollars, by its own price list. */
export interface StoredCost {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
}

/** What the server adds up of a project. */
export interface StoredSums {
  /** Tokens of all its traces. */
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
  /** What each of its spans costs that has a price. */
  readonly priced: readonly number[];
}

interface Page {
  readonly data: readonly StoredSpan[];
  readonly next_cursor: string | null;
}

/** A client of one server; `bearer` is an API key or the admin secret. */
export class PhoenixRest {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, bearer?: string) {
    this.#url = url;
    this.#headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  }

  async projects(): Promise<string[]> {
    const { data } = await this.#get<{ data: readonly { name: string }[] }>("/v1/projects");
    return data.map(({ name }) => name);
  }

  /** Every span of a project, page after page; none when there is no such project. */
  async spans(project: string): Promise<StoredSpan[]> {
    const spans: StoredSpan[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const path: string = `/v1/projects/${encodeURIComponent(project)}/spans?limit=100${next}`;
      const page: Page | undefined = await this.#get<Page>(path, { absent: 404 });
      if (page === undefined) return [];
      spans.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return spans;
  }

  /** Polls until a project holds `count` spans; its error says what is there instead. */
  async waitForSpans(project: string, count: number, timeoutMillis = 30_000): Promise<StoredSpan[]> {
    const spans = await poll(
      timeoutMillis,
      () => this.spans(project),
      (found) => found.length >= count,
    );
    if (spans.length === count) return spans;
    const names = spans.slice(0, 20).map(({ name }) => name);
    throw new Error(
      `${count} spans were awaited in project "${project}", ${spans.length} are there: ${names.join(", ")}. ` +
        `Projects: ${(await this.projects()).join(", ")}.`,
    );
  }

  /** How many spans each project holds, without reading them. */
  async recordCounts(): Promise<Record<string, number>> {
    const query = "{ projects { edges { node { name recordCount } } } }";
    const { data } = await this.#post<{
      data: { projects: { edges: readonly { node: { name: string; recordCount: number } }[] } };
    }>("/graphql", { query });
    return Object.fromEntries(data.projects.edges.map(({ node }) => [node.name, node.recordCount]));
  }

  /** What the spans of a project cost, by their names; spans that the server has no price for are left out. */
  async costs(project: string): Promise<Map<string, StoredCost>> {
    const found = (await this.#graphql<CostData>(COSTS)).projects.edges.find(
      ({ node }) => node.name === project,
    );
    const costs = new Map<string, StoredCost>();
    for (const { node } of found?.node.spans.edges ?? []) {
      const { prompt, completion, total } = node.costSummary ?? {};
      if (typeof prompt?.cost !== "number" || typeof completion?.cost !== "number") continue;
      if (typeof total?.cost !== "number") continue;
      costs.set(node.name, { prompt: prompt.cost, completion: completion.cost, total: total.cost });
    }
    return costs;
  }

  /** What the server adds up of a project, and of what. */
  async sums(project: string): Promise<StoredSums> {
    const found = (await this.#graphql<SumData>(SUMS)).projects.edges.find(
      ({ node }) => node.name === project,
    )?.node;
    const spans = found?.spans.edges ?? [];
    return {
      tokens: found?.tokenCountTotal ?? 0,
      cost: found?.costSummary.total?.cost ?? 0,
      priced: spans.flatMap(({ node }) => node.costSummary?.total?.cost ?? []),
    };
  }

  /** Gives a model a price in US dollars per million tokens; the server applies it to spans that come seconds later. */
  async setPrice(
    model: string,
    price: { readonly prompt: number; readonly completion: number },
  ): Promise<void> {
    const costs = [
      { tokenType: "input", kind: "PROMPT", costPerMillionTokens: price.prompt },
      { tokenType: "output", kind: "COMPLETION", costPerMillionTokens: price.completion },
    ];
    await this.#graphql(SET_PRICE, { input: { name: model, namePattern: model, costs } });
  }

  /** Polls the count of a project until it holds `count` spans or time is up; gives what it holds then. */
  async waitForCount(project: string, count: number, timeoutMillis: number): Promise<number> {
    const read = async (): Promise<number> => (await this.recordCounts())[project] ?? 0;
    return await poll(timeoutMillis, read, (found) => found >= count);
  }

  /** Creates a system API key; the client must hold the admin secret. */
  /** The sessions of a project, as the server groups its traces; none when there is no such project. */
  async sessions(project: string): Promise<StoredSession[]> {
    const path = `/v1/projects/${encodeURIComponent(project)}/sessions?limit=100`;
    const page = await this.#get<{ data: readonly StoredSession[] }>(path, { absent: 404 });
    return [...(page?.data ?? [])];
  }

  /** Polls until what `read` gives is enough. */
  async until<T>(read: () => Promise<T>, enough: (value: T) => boolean, timeoutMillis = 30_000): Promise<T> {
    return await poll(timeoutMillis, read, enough);
  }

  /** The text of any answer of the server. */
  async text(path: string): Promise<string> {
    const response = await fetch(`${this.#url}${path}`, { headers: this.#headers });
    return await response.text();
  }

  async createApiKey(name: string): Promise<string> {
    const { data } = await this.#post<{ data: { key: string } }>("/v1/system/api_keys", { data: { name } });
    return data.key;
  }

  async #get<T>(path: string): Promise<T>;
  async #get<T>(path: string, options: { absent: number }): Promise<T | undefined>;
  async #get<T>(path: string, options?: { absent: number }): Promise<T | undefined> {
    const response = await fetch(this.#url + path, { headers: this.#headers });
    if (response.status === options?.absent) return undefined;
    return await answered<T>(path, response);
  }

  /** GraphQL says what is wrong in an answer that is otherwise fine. */
  async #graphql<T>(query: string, variables: object = {}): Promise<T> {
    const answer = await this.#post<{ data: T; errors?: unknown }>("/graphql", { query, variables });
    if (answer.errors === undefined) return answer.data;
    throw new Error(`Phoenix refused a query: ${JSON.stringify(answer.errors)}`);
  }

  async #post<T>(path: string, body: unknown): Promise<T> {
    const headers = { ...this.#headers, "content-type": "application/json" };
    const response = await fetch(this.#url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return await answered<T>(path, response);
  }
}

const COSTS = `{ projects { edges { node { name spans(first: 1000) { edges { node {
  name costSummary { prompt { cost } completion { cost } total { cost } } } } } } } } }`;

const SUMS = `{ projects { edges { node { name tokenCountTotal costSummary { total { cost } }
  spans(first: 1000) { edges { node { costSummary { total { cost } } } } } } } } }`;

const SET_PRICE = `mutation ($input: CreateModelMutationInput!) {
  createModel(input: $input) { model { name } } }`;

type CostPart = { readonly cost: number | null } | null;

interface CostData {
  readonly projects: { readonly edges: readonly { readonly node: CostProject }[] };
}

interface SumData {
  readonly projects: { readonly edges: readonly { readonly node: SumProject }[] };
}

interface SumProject {
  readonly name: string;
  readonly tokenCountTotal: number;
  readonly costSummary: { readonly total: CostPart };
  readonly spans: {
    readonly edges: readonly {
      readonly node: { readonly costSummary: { readonly total: CostPart } | null };
    }[];
  };
}

interface CostProject {
  readonly name: string;
  readonly spans: { readonly edges: readonly { readonly node: CostSpan }[] };
}

interface CostSpan {
  readonly name: string;
  readonly costSummary: Readonly<Record<"prompt" | "completion" | "total", CostPart>> | null;
}

async function answered<T>(path: string, response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  throw new Error(`Phoenix answered ${response.status} at ${path}: ${await response.text()}`);
}

/** Reads until `enough` says so or time is up, and gives what was read last. */
async function poll<T>(
  timeoutMillis: number,
  read: () => Promise<T>,
  enough: (value: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const value = await read();
    if (enough(value) || Date.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
