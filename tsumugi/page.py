"""The demo's query page: one HTML file that needs nothing from the internet. Never served outside the demo."""

import base64
import hashlib

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
main { display: grid; gap: 1rem; grid-template-columns: 1fr 1fr; }
label { display: block; margin-top: .5rem; }
textarea, input, pre { box-sizing: border-box; font: 13px/1.5 ui-monospace, monospace; width: 100%; }
pre { background: #f4f4f4; margin: 0; min-height: 20rem; overflow: auto; padding: .5rem; white-space: pre-wrap; }
"""
_SCRIPT = """
const part = (id) => document.getElementById(id);
const shown = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } };
part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"};
  if (part("token").value.trim()) headers["Authorization"] = "Bearer " + part("token").value.trim();
  if (part("purpose").value.trim()) headers["Tsumugi-Purpose"] = part("purpose").value.trim();
  try {
    const body = {query: part("query").value, variables: JSON.parse(part("variables").value || "{}")};
    const answer = await fetch("/graphql", {method: "POST", headers, body: JSON.stringify(body)});
    part("answer").textContent = answer.status + "\\n" + shown(await answer.text());
  } catch (why) { part("answer").textContent = String(why); }
});
part("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) part("form").requestSubmit();
});
"""
_QUERY = "{ today { date holiday } }"
PAGE = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Tsumugi demo</title><style>{_STYLE}</style></head>
<body>
<h1>Tsumugi demo</h1>
<main>
<form id="form">
<label>Query (Ctrl+Enter sends it)<textarea id="query" rows="14" spellcheck="false">{_QUERY}</textarea></label>
<label>Variables<textarea id="variables" rows="3" spellcheck="false">{{}}</textarea></label>
<label>Access token, as <code>tsumugi login --as mother</code> prints it<input id="token" autocomplete="off"></label>
<label>Purpose (staff), for example CHK:2026-0142<input id="purpose" autocomplete="off"></label>
<p><button>Send</button></p>
</form>
<pre id="answer" aria-live="polite"></pre>
</main>
<script>{_SCRIPT}</script>
</body>
</html>
""".encode()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; script-src {_hash(_SCRIPT)}; style-src {_hash(_STYLE)}; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
