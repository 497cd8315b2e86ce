import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../../log.ts';
import { assertMethod } from '../http-failure.ts';
import { answerJson, factsOf } from '../json-answer.ts';
import type { RequestHandler } from '../routes.ts';
import { describeGateway } from './openapi.ts';

/** The description of every operation, for programs that generate clients and for people who read them. */
export function createOpenApiRoute(schema: GraphQLSchema, log: Logger): RequestHandler {
  let description: Record<string, unknown> | null = null;
  return (request, response) =>
    answerJson(response, factsOf(request, response).requestId, log, async () => {
      assertMethod(request.method, ['GET']);
      description ??= describeGateway(schema);
      return { status: 200, headers: {}, body: description };
    });
}
