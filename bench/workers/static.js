// The floor of the scale: a Worker that answers the same text to everything.
export default {
  fetch: () => new Response('{"status":"ok"}', { headers: { 'content-type': 'application/json' } }),
};
