// Implements Workers KV for a KV binding of workerd: GET /<key>, 404 for an unknown key. Supports reads only.
export default {
  fetch(request, env) {
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const value = request.method === 'GET' ? env.ENTRIES[key] : undefined;
    return value === undefined ? new Response('Not Found', { status: 404 }) : new Response(value);
  },
};
