// SDKs that OpenInference's own instrumentations trace: which package does it, and how it is given what was loaded.
import type { SdkPackage } from "../../config/sdk-names.ts";
import type { SdkFile } from "../modules/sdk-file.ts";
import { tellOfAgentModels, tellOfChatModels } from "./told-calls.ts";

/** An instrumentation, as far as it is used here. */
export interface ForeignInstrumentation {
  manuallyInstrument(module: unknown): unknown;
}

/** How one SDK is traced by an instrumentation. */
export interface ForeignSdk {
  readonly sdk: SdkPackage;
  /** Whose versions they are: the majors of the SDK that were tested. */
  readonly versions: string;
  /** Which of them its instrumentation knows. */
  readonly known: RegExp;
  readonly instrumentation: string;
  /** What the package exports. */
  readonly className: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** What of the SDK's files is given to it; `undefined` for the others. */
  readonly moduleOf: (file: SdkFile, exports: unknown) => unknown;
  /** Its instrumentation loads the SDK itself, so that it is loaded in the SDK's own format. */
  readonly loadsSdk?: boolean;
  /** What it gives back stands in for the exports. */
  readonly replaces?: boolean;
  /** Whether nothing is lost without it but that a trace goes on elsewhere. */
  readonly onlyContext?: boolean;
  /** Keeps our own spans off the calls that this one tells of. */
  readonly tell?: (file: SdkFile, exports: unknown) => void;
}

const ofMain = (file: SdkFile, exports: unknown): unknown => (file.isMain ? exports : undefined);

const MCP_MODULES: readonly (readonly [file: RegExp, name: string])[] = [
  [/client\/sse\.js$/, "clientSSEModule"],
  [/server\/sse\.js$/, "serverSSEModule"],
  [/client\/stdio\.js$/, "clientStdioModule"],
  [/server\/stdio\.js$/, "serverStdioModule"],
  [/client\/streamableHttp\.js$/, "clientStreamableHTTPModule"],
  [/server\/streamableHttp\.js$/, "serverStreamableHTTPModule"],
];

/** Every SDK that is traced by an instrumentation of its own. */
export const foreignSdks: readonly ForeignSdk[] = [
  {
    sdk: "@langchain/core",
    versions: "0.2 - 1",
    known: /^(0\.[23]|1)\./,
    instrumentation: "@arizeai/openinference-instrumentation-langchain",
    className: "LangChainInstrumentation",
    moduleOf: ({ file }, exports) => (/callbacks\/manager/.test(file) ? exports : undefined),
    tell: tellOfChatModels,
  },
  {
    sdk: "@modelcontextprotocol/sdk",
    versions: "1",
    known: /^1\./,
    instrumentation: "@arizeai/openinference-instrumentation-mcp",
    className: "MCPInstrumentation",
    moduleOf: ({ file }, exports) => {
      const name = MCP_MODULES.find(([pattern]) => pattern.test(file))?.[1];
      return name === undefined ? undefined : { [name]: exports };
    },
    onlyContext: true,
  },
  {
    sdk: "@openai/agents",
    versions: "0.1 and later",
    known: /^0\./,
    instrumentation: "@arizeai/openinference-instrumentation-openai-agents",
    className: "OpenAIAgentsInstrumentation",
    // The program keeps the tracing processors that it has.
    options: { exclusiveProcessor: false },
    moduleOf: (file, exports) => (file.package === "@openai/agents" ? ofMain(file, exports) : undefined),
    tell: tellOfAgentModels,
  },
  {
    sdk: "@anthropic-ai/claude-agent-sdk",
    versions: "0.2 and later",
    known: /^0\./,
    instrumentation: "@arizeai/openinference-instrumentation-claude-agent-sdk",
    className: "ClaudeAgentSDKInstrumentation",
    moduleOf: ofMain,
    replaces: true,
  },
  {
    sdk: "beeai-framework",
    versions: "0.1",
    known: /^0\.1\./,
    instrumentation: "@arizeai/openinference-instrumentation-beeai",
    className: "BeeAIInstrumentation",
    moduleOf: ofMain,
    loadsSdk: true,
  },
];
