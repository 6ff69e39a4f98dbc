import { Controller, Get, Injectable, Module } from "@nestjs/common";
import { trace } from "@opentelemetry/api";
import { chain, tool } from "phoenix-otel";

const plain = trace.getTracer("plain");

@Injectable()
export class Tools {
  @tool({ name: "tool" })
  async run(): Promise<void> {
    plain.startActiveSpan("plain", (span) => span.end());
  }
}

@Controller()
export class AnswerController {
  constructor(private readonly tools: Tools) {}

  @Get("answer")
  @chain({ name: "chain" })
  async answer(): Promise<string> {
    await this.tools.run();
    return "answered";
  }
}

@Module({ controllers: [AnswerController], providers: [Tools] })
export class AppModule {}
