// Starts the admin page. The workers are imported first because Monaco looks for them when it loads.
import 'graphiql/setup-workers/vite';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/page.css';

// GraphiQL sets this class after it has loaded. Set early, a page with a chosen theme does not flash in the other one.
const theme = localStorage.getItem('graphiql:theme');
if (theme === 'light' || theme === 'dark') document.body.classList.add(`graphiql-${theme}`);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
