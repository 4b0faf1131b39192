import { signal } from '@preact/signals';
import { render } from 'preact';
import { fetchDescription } from './api.js';
import { App } from './app.js';
import { Contract } from './contract.js';
import { parseRoute } from './route.js';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html needs an element with the id "app"');

const route = signal(parseRoute(location.hash));
addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash);
  scrollTo(0, 0);
});

try {
  const contract = new Contract(await fetchDescription());
  document.title = `${contract.description.file} – Thrift explorer`;
  render(<App contract={contract} route={route} />, root);
} catch (error) {
  render(
    <main class="failure">
      <h1>Thrift explorer</h1>
      <p role="alert">{(error as Error).message}</p>
    </main>,
    root,
  );
}
