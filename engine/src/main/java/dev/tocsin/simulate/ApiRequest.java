package dev.tocsin.simulate;

import java.util.Map;

/**
 * A request.
 *
 * @param path decoded, begins with a slash
 * @param query what followed the question mark, as sent; may be empty
 * @param authorization the header, or empty
 * @param body all of it; may be empty
 */
public record ApiRequest(String method, String path, String query, String authorization, byte[] body) {
    /** The parameters. @throws RefusedException when an escape is broken */
    Map<String, String> parameters() {
        return Parameters.parse(query);
    }
}
