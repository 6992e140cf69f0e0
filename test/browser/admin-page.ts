// Drives GraphiQL, a page of the console, as a person does, and records its network requests and console errors.
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface AdminPage {
  readonly page: Page;
  /** Requests to other origins, all of which were blocked. */
  readonly foreignRequests: string[];
  /** Console errors (a refused resource is one) and uncaught exceptions. */
  readonly errors: string[];
}

export async function openAdminPage(browser: Browser, adminUrl: string): Promise<AdminPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const foreignRequests: string[] = [];
  await context.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (url.protocol === 'data:' || url.origin === new URL(adminUrl).origin) return await route.continue();
    foreignRequests.push(url.href);
    await route.abort();
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(`${adminUrl}/admin#/graphiql`);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  return { page, foreignRequests, errors };
}

export async function setToken({ page }: AdminPage, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token);
}

export async function openTab({ page }: AdminPage, name: string): Promise<void> {
  await page.getByRole('tablist').getByRole('button', { name, exact: true }).click();
}

/** How many tabs are completely visible. */
export async function tabsInSight({ page }: AdminPage): Promise<number> {
  const list = await page.getByRole('tablist').boundingBox();
  const tabs = await page.locator('.graphiql-tab').all();
  const boxes = await Promise.all(tabs.map((tab) => tab.boundingBox()));
  return boxes.filter(
    (box) =>
      list &&
      box &&
      box.x >= list.x &&
      box.x + box.width <= list.x + list.width &&
      box.y + box.height <= list.y + list.height,
  ).length;
}

/** Describes each control of the header and the status line that overlaps another one or leaves the window. */
export async function misplacedControls({ page }: AdminPage): Promise<string[]> {
  const width = page.viewportSize()?.width ?? 0;
  const controls = await page
    .locator('.top :is(button, a), .header :is(button, input, label), .reply button')
    .all();
  const boxes = await Promise.all(
    controls.map(async (control) => ({
      name: (await control.getAttribute('aria-label')) ?? (await control.innerText()),
      box: await control.boundingBox(),
    })),
  );
  return boxes.flatMap(({ name, box: a }, index) => {
    if (a && a.x >= 0 && a.x + a.width > width) return [`${name} leaves the window`];
    return boxes.slice(index + 1).flatMap(({ name: other, box: b }) => {
      if (!a || !b) return [];
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x;
      const above = a.y + a.height <= b.y || b.y + b.height <= a.y;
      return apart || above ? [] : [`${name} over ${other}`];
    });
  });
}

/** Runs the open tab and waits until its result contains `expected`, in view or not. */
export async function runUntil(admin: AdminPage, expected: RegExp): Promise<void> {
  await admin.page.getByRole('button', { name: /^Execute query/ }).click();
  await expect.poll(() => editorText(admin, 'response.json'), { timeout: 30_000 }).toMatch(expected);
}

type EditorFile = 'variables.json' | 'response.json';
interface Model {
  readonly uri: { readonly path: string };
  getValue(): string;
  setValue(text: string): void;
}
// GraphiQL exposes Monaco here for tests. An editor renders only the lines in view; its model holds the whole text.
interface PageGlobals {
  readonly __MONACO: { readonly editor: { getModels(): Model[] } };
}

function editorText({ page }: AdminPage, file: EditorFile): Promise<string> {
  return page.evaluate((name) => {
    const { editor } = (globalThis as unknown as PageGlobals).__MONACO;
    return (
      editor
        .getModels()
        .find((model) => model.uri.path.endsWith(name))
        ?.getValue() ?? ''
    );
  }, file);
}

export async function readEditor(admin: AdminPage, file: EditorFile): Promise<unknown> {
  return JSON.parse(await editorText(admin, file));
}

export async function writeVariables({ page }: AdminPage, variables: unknown): Promise<void> {
  await page.evaluate(
    (text) => {
      const { editor } = (globalThis as unknown as PageGlobals).__MONACO;
      editor
        .getModels()
        .find((model) => model.uri.path.endsWith('variables.json'))
        ?.setValue(text);
    },
    JSON.stringify(variables, null, 2),
  );
}
