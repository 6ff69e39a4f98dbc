// Stands in for exporters/grpc/grpc-js-channel.ts in the exit worker: credentials of grpc-js cannot be copied into it.
import type * as Real from "../../../exporters/grpc/grpc-js-channel.ts";

const refuse = (): never => {
  throw new Error("grpc-js is not part of the exit worker");
};

/** Never called: no route has credentials of grpc-js. */
export const loadGrpcJs: typeof Real.loadGrpcJs = refuse;

/** Never constructed, for the same reason. */
export const GrpcJsChannel: unknown = refuse;
