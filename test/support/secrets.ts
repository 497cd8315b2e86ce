/** The passwords of the server's logins follow from it. One for all tests: roles belong to the cluster. */
export const LOGIN_SECRET = 'login-secret-of-the-tests-0123456789';

export const JWT_SECRET = 'jwt-secret-of-the-tests-0123456789-abcdef';
