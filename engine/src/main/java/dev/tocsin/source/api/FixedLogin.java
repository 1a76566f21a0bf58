package dev.tocsin.source.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** Logins that do not change: none, basic, bearer, a key. */
record FixedLogin(Pass pass) implements Login {
    static FixedLogin of(AuthConfig auth, Redaction redaction) {
        return switch (auth) {
            case AuthConfig.None _ -> new FixedLogin(new Pass(Map.of(), Map.of(), 0));
            case AuthConfig.Basic(String username, var password) -> {
                redaction.add(password.value());
                String words = basic(username, password.value());
                redaction.add(words);
                yield header("Authorization", "Basic " + words);
            }
            case AuthConfig.Bearer(var token) -> {
                redaction.add(token.value());
                yield header("Authorization", "Bearer " + token.value());
            }
            case AuthConfig.ApiKey(var key, String name, AuthConfig.ApiKey.In in, String prefix) -> {
                redaction.add(key.value());
                yield in == AuthConfig.ApiKey.In.HEADER
                        ? header(name, prefix + key.value())
                        : new FixedLogin(new Pass(Map.of(), Map.of(name, prefix + key.value()), 0));
            }
            case AuthConfig.Oauth2 _ -> throw new IllegalArgumentException("oauth2 changes");
        };
    }

    private static FixedLogin header(String name, String value) {
        return new FixedLogin(new Pass(Map.of(name, value), Map.of(), 0));
    }

    static String basic(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Pass pass(long refused) {
        return pass;
    }

    @Override
    public boolean renews() {
        return false;
    }
}
