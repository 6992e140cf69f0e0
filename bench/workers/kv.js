// Workers KV as workerd speaks it to the service behind a KV binding: GET /<key>, 404 where there is none. Reads only.
export default {
  fetch(request, env) {
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const value = request.method === 'GET' ? env.ENTRIES[key] : undefined;
    return value === undefined ? new Response('Not Found', { status: 404 }) : new Response(value);
  },
};
