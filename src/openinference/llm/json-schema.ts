// Schemas of tools and answers, which the wrappers record the same way among other values.
export { jsonSchemaOf } from "../../capture/json-schema.ts";
