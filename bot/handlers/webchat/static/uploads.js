// Uploads the files of one message, one after the other. An upload that is interrupted, or that makes no progress, is
// repeated by itself until the server takes or refuses the file.

const PROGRESS_TIMEOUT = 30000; // ms
const FIRST_PAUSE = 1000, LONGEST_PAUSE = 15000; // ms between two attempts
const MAX_ATTEMPTS = 8; // in a row, while the connection works

// `message`: { client, uploads: [{ file, isDone }] }. `handlers`: isConnected(), locale(), onProgress(upload, part),
// onPause(isPaused), onDone(), onFailed(text or "", isFinal).
export function startUpload(message, handlers) {
  let request = null, timer = 0, attempts = 0;

  function next() {
    clearTimeout(timer);
    const index = message.uploads.findIndex((upload) => !upload.isDone);
    if (index < 0) handlers.onDone();
    else if (handlers.isConnected()) attempt(message.uploads[index], index);
    else handlers.onPause(true); // `resume` continues
  }

  function attempt(upload, index) {
    handlers.onPause(false);
    request = openRequest(message.client, index, upload.file.name, handlers.locale());
    const mine = request, restartTimer = () => { clearTimeout(timer); timer = setTimeout(() => mine.abort(), PROGRESS_TIMEOUT); };
    mine.upload.onprogress = ({ loaded, total }) => { restartTimer(); handlers.onProgress(upload, loaded / (total || 1)); };
    mine.onloadend = () => { if (request === mine) finish(upload, mine); };
    restartTimer();
    mine.send(upload.file);
  }

  function finish(upload, { status, responseText }) {
    clearTimeout(timer);
    request = null;
    if (status === 200) {
      attempts = 0;
      upload.isDone = true;
      handlers.onProgress(upload, 1);
      next();
    } else if (status === 0 || status === 408 || status >= 500) repeat();
    else handlers.onFailed(reason(responseText), status === 409 || status === 413); // not asked for, too large
  }

  function repeat() {
    if (handlers.isConnected()) attempts += 1;
    if (attempts === MAX_ATTEMPTS) { handlers.onFailed("", false); return; }
    handlers.onPause(true);
    timer = setTimeout(next, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, attempts - 1)));
  }

  function cancel() {
    const cancelled = request;
    request = null;
    clearTimeout(timer);
    cancelled?.abort();
  }

  next();
  return { cancel, resume: () => { if (!request) next(); } };
}

function openRequest(client, index, name, locale) {
  const request = new XMLHttpRequest();
  request.open("POST", "upload");
  request.setRequestHeader("Accept-Language", locale);
  request.setRequestHeader("X-Client", client);
  request.setRequestHeader("X-File-Index", index);
  request.setRequestHeader("X-File-Name", encodeURIComponent(name.toWellFormed?.() ?? name));
  return request;
}

function reason(responseText) {
  try { return JSON.parse(responseText).text ?? ""; } catch { return ""; }
}
