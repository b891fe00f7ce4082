/** `GET /explain/{workspace}`: what a value is made of, for gateways of the same cluster. */
import { type Asking, questionOf } from '@sapwood/core/explanation';
import type { Explainer } from '@sapwood/runtime/explainer';
import type { FastifyInstance } from 'fastify';

export interface ExplainRouteDeps {
  readonly explainer: Explainer;
  /** Whether this header proves that a service of ours asks. */
  readonly isOurs: (authorization: string | undefined) => Promise<boolean>;
}

export function registerExplain(server: FastifyInstance, deps: ExplainRouteDeps): void {
  server.get<{ Params: { workspace: string }; Querystring: Asking }>(
    '/explain/:workspace',
    async (request, reply) => {
      const refuse = (status: number, message: string) =>
        reply.code(status).send({ error: { status, message } });
      if (!(await deps.isOurs(request.headers.authorization))) {
        return refuse(401, 'Only services that share the store may ask this.');
      }
      const question = questionOf(request.query);
      if (!question) return refuse(400, 'That is no question about a value.');
      return deps.explainer.explain(request.params.workspace, question);
    },
  );
}
