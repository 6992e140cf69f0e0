// Answers every request with the same text: the lowest cost that a Worker can have.
export default {
  fetch: () => new Response('{"status":"ok"}', { headers: { 'content-type': 'application/json' } }),
};
