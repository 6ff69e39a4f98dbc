// The page of `phoenix-otel view`: starts it in the document.
import { render } from "preact";
import { App } from "./app.tsx";
import { applyTheme, readTheme } from "./theme.tsx";

applyTheme(readTheme());
const root = document.getElementById("page");
if (root !== null) render(<App />, root);
