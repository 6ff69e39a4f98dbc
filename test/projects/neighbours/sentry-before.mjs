import * as Sentry from "@sentry/node";
import { register } from "phoenix-otel";

Sentry.init({ tracesSampleRate: 0.2 });
register({ projectName: "support-bot" });
