/*
** Carries the wakes of a watcher into JavaScript's event loop: a Node-API addon, so one binary
** serves every version of Node, Bun and Deno. The watcher itself lives in the extension, which
** SQLite has already loaded into this process; its functions are looked up there.
**
**   open(extensionPath, databasePath, backend, pollMs, callback) → watcher
**   close(watcher)    no call begins after it
**   ref(watcher)      keep the event loop alive while it is open
**   unref(watcher)    don't (as it begins)
**
** callback(true, latencyMs) tells of commits, however many since the last call; callback(false, latencyMs),
** once, that the database file was deleted or replaced. The latency is how long the event loop took to
** come to it.
*/
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"
#include "monotonic.h"

typedef struct extension_functions {
  void *(*open)(const char *path, const char *backend, uint64_t poll_interval_ms, char *err, size_t errlen);
  void (*subscribe)(void *watcher, void (*call)(void *argument, int news), void *argument);
  void (*close)(void *watcher);
} extension_functions;

typedef struct subscription {
  extension_functions extension;
  void *watcher; /* NULL once closed */
  napi_env env;
  napi_threadsafe_function wake;
  napi_ref kept; /* the handle, so that a watcher nobody holds on to isn't collected while it is open */
  atomic_int scheduled; /* a call is under way to JavaScript, and will tell of this news too */
  atomic_int dead;
  _Atomic uint64_t noticed_us; /* when the call that is under way was scheduled */
} subscription;

static void throw_error(napi_env env, const char *message) { napi_throw_error(env, "HONKER_WATCHER", message); }

/* On the watching thread. */
static void on_news(void *argument, int news) {
  subscription *const s = argument;
  if (news < 0) atomic_store(&s->dead, 1);
  if (atomic_exchange(&s->scheduled, 1) != 0) return;
  atomic_store(&s->noticed_us, monotonic_us());
  napi_call_threadsafe_function(s->wake, NULL, napi_tsfn_nonblocking);
}

/* On JavaScript's thread. */
static void call_javascript(napi_env env, napi_value callback, void *context, void *data) {
  subscription *const s = context;
  (void)data;
  if (env == NULL || callback == NULL) return;
  const double latency_ms = (double)(monotonic_us() - atomic_load(&s->noticed_us)) / 1000.0;
  atomic_store(&s->scheduled, 0); /* before the callback looks: what comes after calls again */
  if (s->watcher == NULL) return;
  napi_value undefined, arguments[2];
  if (napi_get_undefined(env, &undefined) != napi_ok) return;
  if (napi_get_boolean(env, !atomic_load(&s->dead), &arguments[0]) != napi_ok) return;
  if (napi_create_double(env, latency_ms, &arguments[1]) != napi_ok) return;
  napi_call_function(env, undefined, callback, 2, arguments, NULL);
}

static void stop(subscription *s) {
  void *const watcher = s->watcher;
  s->watcher = NULL;
  if (watcher == NULL) return;
  s->extension.close(watcher);
  if (s->kept != NULL) napi_delete_reference(s->env, s->kept);
  s->kept = NULL;
  napi_release_threadsafe_function(s->wake, napi_tsfn_abort);
}

static void stop_with_environment(void *data) { stop(data); }

static void finalize(napi_env env, void *data, void *hint) {
  subscription *const s = data;
  (void)hint;
  if (s->watcher != NULL) napi_remove_env_cleanup_hook(env, stop_with_environment, s);
  stop(s);
  free(s);
}

static char *get_string(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) return NULL;
  char *const text = malloc(length + 1);
  if (text != NULL) napi_get_value_string_utf8(env, value, text, length + 1, &length);
  return text;
}

static const char *find_functions(const char *path, extension_functions *functions) {
  void *const library = library_open(path);
  if (library == NULL) return "cannot load the extension";
  library_symbol(library, "honker_watcher_open_v2", &functions->open, sizeof functions->open);
  library_symbol(library, "honker_watcher_subscribe", &functions->subscribe, sizeof functions->subscribe);
  library_symbol(library, "honker_watcher_close", &functions->close, sizeof functions->close);
  const int found = functions->open != NULL && functions->subscribe != NULL && functions->close != NULL;
  return found ? NULL : "the extension has no watcher: it is another honker's, or of another version";
}

static napi_status create_wake(napi_env env, napi_value callback, subscription *s) {
  napi_value name;
  napi_status status = napi_create_string_utf8(env, "honker:wake", NAPI_AUTO_LENGTH, &name);
  if (status == napi_ok) {
    status = napi_create_threadsafe_function(env, callback, NULL, name, 0, 1, NULL, NULL, s, call_javascript, &s->wake);
  }
  return status == napi_ok ? napi_unref_threadsafe_function(env, s->wake) : status;
}

/* Fills in a subscription, or throws. Returns whether it is open. */
static int start(napi_env env, subscription *s, const char *extension, const char *database, const char *backend,
                 uint32_t poll_ms, napi_value callback) {
  char message[1024];
  const char *error = find_functions(extension, &s->extension);
  if (error != NULL) {
    snprintf(message, sizeof message, "%s: %s", error, extension);
    throw_error(env, message);
    return 0;
  }
  if (create_wake(env, callback, s) != napi_ok) {
    throw_error(env, "cannot create the thread-safe function");
    return 0;
  }
  s->watcher = s->extension.open(database, backend, poll_ms, message, sizeof message);
  if (s->watcher == NULL) {
    napi_release_threadsafe_function(s->wake, napi_tsfn_abort);
    throw_error(env, message);
    return 0;
  }
  s->env = env;
  napi_add_env_cleanup_hook(env, stop_with_environment, s);
  s->extension.subscribe(s->watcher, on_news, s);
  return 1;
}

static napi_value open_watcher(napi_env env, napi_callback_info info) {
  napi_value arguments[5], handle = NULL;
  size_t count = 5;
  uint32_t poll_ms = 0;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 5 ||
      napi_get_value_uint32(env, arguments[3], &poll_ms) != napi_ok) {
    throw_error(env, "open(extensionPath, databasePath, backend, pollMs, callback)");
    return NULL;
  }
  char *const extension = get_string(env, arguments[0]);
  char *const database = get_string(env, arguments[1]);
  char *const backend = get_string(env, arguments[2]);
  subscription *const s = calloc(1, sizeof *s);
  if (extension == NULL || database == NULL || backend == NULL || s == NULL) {
    throw_error(env, "open() takes three strings, a number and a function");
    free(s);
  } else if (!start(env, s, extension, database, backend, poll_ms, arguments[4])) {
    free(s);
  } else if (napi_create_external(env, s, finalize, NULL, &handle) != napi_ok ||
             napi_create_reference(env, handle, 1, &s->kept) != napi_ok) {
    napi_remove_env_cleanup_hook(env, stop_with_environment, s);
    stop(s);
    throw_error(env, "cannot create the handle");
  }
  free(extension);
  free(database);
  free(backend);
  return handle;
}

static subscription *get_subscription(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  void *data = NULL;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok || count != 1 ||
      napi_get_value_external(env, argument, &data) != napi_ok) {
    throw_error(env, "expected a watcher");
  }
  return data;
}

static napi_value close_watcher(napi_env env, napi_callback_info info) {
  subscription *const s = get_subscription(env, info);
  if (s != NULL && s->watcher != NULL) {
    napi_remove_env_cleanup_hook(env, stop_with_environment, s);
    stop(s);
  }
  return NULL;
}

static napi_value ref_watcher(napi_env env, napi_callback_info info) {
  subscription *const s = get_subscription(env, info);
  if (s != NULL && s->watcher != NULL) napi_ref_threadsafe_function(env, s->wake);
  return NULL;
}

static napi_value unref_watcher(napi_env env, napi_callback_info info) {
  subscription *const s = get_subscription(env, info);
  if (s != NULL && s->watcher != NULL) napi_unref_threadsafe_function(env, s->wake);
  return NULL;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback run;
  } functions[] = {{"open", open_watcher}, {"close", close_watcher}, {"ref", ref_watcher}, {"unref", unref_watcher}};
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    napi_value function;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].run, NULL, &function) != napi_ok ||
        napi_set_named_property(env, exports, functions[i].name, function) != napi_ok) {
      return NULL;
    }
  }
  return exports;
}
