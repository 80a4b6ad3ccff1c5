// SoftHSM with faults: everything goes to the real library, except what the file FOLDER/fault says goes wrong.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define CK_PTR *
#define NULL_PTR 0
#include <pkcs11/pkcs11.h>

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST faulty;
// Held while a key is being made, by a token that does one thing at a time.
static pthread_mutex_t attention = PTHREAD_MUTEX_INITIALIZER;

static int is(const char *fault) {
  char text[16] = {0};
  int file = open(FOLDER "/fault", O_RDONLY);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  return length > 0 && strcmp(text, fault) == 0;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count) {
  if (!is("absent")) return real->C_GetSlotList(present, slots, count);
  *count = 0;
  return CKR_OK;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  CK_RV value = real->C_GetTokenInfo(slot, info);
  if (is("final-try")) info->flags |= CKF_USER_PIN_FINAL_TRY;
  return value;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE_PTR session) {
  if (is("no-sessions")) return CKR_SESSION_COUNT;
  return real->C_OpenSession(slot, flags, application, notify, session);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  int file = open(FOLDER "/logins", O_WRONLY | O_APPEND);
  if (write(file, "x", 1) != 1) return CKR_GENERAL_ERROR;
  close(file);
  while (is("login-hangs")) usleep(20000);
  return real->C_Login(session, user, pin, length);
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR out, CK_ULONG_PTR size) {
  while (is("hangs")) usleep(20000);
  if (is("slow")) usleep(100000);
  if (is("gone")) return CKR_DEVICE_REMOVED;
  pthread_mutex_lock(&attention);
  CK_RV value = real->C_Sign(session, data, length, out, size);
  pthread_mutex_unlock(&attention);
  return value;
}

static CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR template,
                                 CK_ULONG count) {
  while (is("reading-hangs")) usleep(20000);
  return real->C_GetAttributeValue(session, object, template, count);
}

static CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR public,
                      CK_ULONG publics, CK_ATTRIBUTE_PTR private, CK_ULONG privates, CK_OBJECT_HANDLE_PTR public_key,
                      CK_OBJECT_HANDLE_PTR private_key) {
  if (is("full")) return CKR_DEVICE_MEMORY;
  int alone = is("making");
  if (alone) pthread_mutex_lock(&attention);
  while (is("making") || is("making-hangs")) usleep(20000);
  CK_RV value =
      real->C_GenerateKeyPair(session, mechanism, public, publics, private, privates, public_key, private_key);
  if (alone) pthread_mutex_unlock(&attention);
  return value;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  if (!real) {
    void *library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList get = library ? (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList") : 0;
    if (!get || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
    faulty = *real;
    faulty.C_GetSlotList = get_slot_list;
    faulty.C_GetTokenInfo = get_token_info;
    faulty.C_GetAttributeValue = get_attribute_value;
    faulty.C_OpenSession = open_session;
    faulty.C_Login = login;
    faulty.C_Sign = sign;
    faulty.C_GenerateKeyPair = generate;
  }
  *list = &faulty;
  return CKR_OK;
}
