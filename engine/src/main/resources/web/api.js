// The HTTP API as the page uses it. A refusal is thrown as ApiProblem with the server's own words.

export class ApiProblem extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `status ${status}`);
    this.status = status;
    this.hint = problem.hint || '';
  }
}

let whenLoggedOut = () => {};

export function onLoggedOut(handler) {
  whenLoggedOut = handler;
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(`/api/v1/${path}`, { credentials: 'same-origin', ...options });
  } catch {
    throw new ApiProblem(0, { detail: 'the node does not answer', hint: 'is it still running?' });
  }
  if (response.ok) {
    return response.status === 204 ? null : response.json();
  }
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== 'login') whenLoggedOut();
  throw new ApiProblem(response.status, problem);
}

export const get = (path) => call(path, {});

export const post = (path, body) => call(path, {
  method: 'POST',
  // A page of somebody else cannot set this header; the session cookie alone changes nothing.
  headers: { 'Content-Type': 'application/json', 'X-Tocsin': '1' },
  body: JSON.stringify(body ?? {}),
});
