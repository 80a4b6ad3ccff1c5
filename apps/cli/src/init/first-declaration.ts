/** What a new declaration file says: one service that calls, one that is called. */
export const FIRST_DECLARATION = `# What may ask for which tokens. Look at what it would change:  mintmark plan -f mintmark.yaml
apiVersion: mintmark/v1
resources: # services that receive calls
  - id: inventory
    scopes: [stock:read, stock:reserve]
    tokenLifetime: 15m
clients: # services that make calls
  - id: orders
    credentials:
      - kind: client_secret # made and shown once by: mintmark clients rotate-credential orders
policies: # nothing is allowed that is not here
  - client: orders
    resource: inventory
    scopes: [stock:read, stock:reserve]
`;
