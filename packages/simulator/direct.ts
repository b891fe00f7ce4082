/** The tenant's REST API for a client in the same process: asked without a network, so at no address. */
import type { Fetch } from '@sapwood/pylon/transport';
import { createSimulatedRest, type RestOptions } from './rest.ts';

export function askedDirectly(options: RestOptions): Fetch {
  const { server } = createSimulatedRest(options);
  return async (url, { method, headers, body }) => {
    const answer = await server.inject({
      method: method === 'POST' ? 'POST' : 'GET',
      url: url.slice(new URL(url).origin.length),
      headers: { ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    return {
      status: answer.statusCode,
      headers: { get: (name) => answer.headers[name]?.toString() ?? null },
      text: async () => answer.body,
    };
  };
}
