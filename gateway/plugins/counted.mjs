// Counts the requests that an operation made to each subgraph, and says so in a header of the answer.
export function countedRequests() {
  const counts = new WeakMap();
  return {
    onFetch({ context, executionRequest }) {
      const { request } = context;
      const name = executionRequest?.subgraphName;
      if (!request || !name) return;
      const count = counts.get(request) ?? new Map();
      count.set(name, (count.get(name) ?? 0) + 1);
      counts.set(request, count);
    },
    onResponse({ request, response }) {
      const count = counts.get(request);
      if (!count) return;
      const words = [...count].sort().map(([name, times]) => `${name}=${times}`);
      response.headers.set('tsumugi-subgraph-requests', words.join(', '));
    },
  };
}
