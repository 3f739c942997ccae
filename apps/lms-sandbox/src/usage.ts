/** What `--help` prints. */
export const USAGE = `lms-sandbox: a stand-in for the Open edX LMS, with switches for faults and a ledger of what it was asked.

It takes no arguments. Environment:
  PORT                    the LMS (18000; 0 takes a free port)
  CONTROL_PORT            the control API (18001; 0 takes a free port)
  HOST                    the address that both listen on (127.0.0.1)
  LMS_API_KEY             the value of X-Edx-Api-Key that opens the LMS (sandbox-api-key)
  JWT_SECRET              the secret of its HS256 tokens (sandbox-jwt-secret-0123456789abcdef)
  LMS_SANDBOX_STATE_FILE  where users, courses and enrollments outlive a restart (none: in memory only)

When ready it prints one line: {"event":"ready","lmsUrl":"...","controlUrl":"..."}.
SIGTERM and SIGINT stop it within a second. README.md beside it describes the control API.
`;
