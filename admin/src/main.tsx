// Starts the admin page. The workers come first: Monaco looks for them the moment it loads.
import 'graphiql/setup-workers/vite';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/page.css';

// GraphiQL sets this class once it has loaded; set early, a page with a chosen theme does not flash in the other one.
const theme = localStorage.getItem('graphiql:theme');
if (theme === 'light' || theme === 'dark') document.body.classList.add(`graphiql-${theme}`);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
