/** For how long a verifier that hears nothing goes by what it heard last; only whoever runs it knows the setting. */
export const UNTIL_DEAD = 'until what it holds is too old (deadAfterSeconds: 1 h unless set otherwise)';
