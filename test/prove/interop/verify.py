"""Verifies tokens with Debian's python3-jwt, from the issuer's address alone. One JSON request a line, one answer a line."""
import json
import sys
import urllib.request

import jwt

key_clients = {}


def key_client_for(issuer):
    if issuer not in key_clients:
        with urllib.request.urlopen(issuer + "/.well-known/openid-configuration", timeout=5) as response:
            metadata = json.load(response)
        if metadata["issuer"] != issuer:
            raise ValueError("the document is of another issuer")
        key_clients[issuer] = jwt.PyJWKClient(metadata["jwks_uri"])
    return key_clients[issuer]


def verify(request):
    key = key_client_for(request["issuer"]).get_signing_key_from_jwt(request["token"])
    return jwt.decode(
        request["token"],
        key.key,
        algorithms=["ES256"],
        issuer=request["issuer"],
        audience=request["audience"],
        leeway=request["leeway"],
        options={"require": ["iss", "aud", "sub", "exp", "iat", "jti"]},
    )


print(json.dumps({"version": jwt.__version__}), flush=True)
for line in sys.stdin:
    try:
        answer = {"claims": verify(json.loads(line))}
    except Exception as error:
        answer = {"error": type(error).__name__ + ": " + str(error)}
    print(json.dumps(answer), flush=True)
