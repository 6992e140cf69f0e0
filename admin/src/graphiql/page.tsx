// The page GraphiQL, in chunks of its own. The workers are imported first because Monaco looks for them when it loads.
import 'graphiql/setup-workers/vite';
import './page.css';

export { GraphiQLPage } from './app.tsx';
