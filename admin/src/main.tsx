// Starts the console.
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { queryClient } from './session/api.ts';
import { completeSignIn } from './session/returning.ts';
import { router } from './shell/router.tsx';
import { applyTheme, theme } from './shell/theme.ts';
import './styles/console.css';

applyTheme(theme.get());

await completeSignIn();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <QueryClientProvider client={queryClient}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
