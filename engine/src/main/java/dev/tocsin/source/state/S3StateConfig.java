package dev.tocsin.source.state;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of {@link S3State}. */
@Tag("s3")
@Doc("In a bucket of S3, or of a server that talks like it and honours If-None-Match: * on PUT, which is tried at the start.")
public record S3StateConfig(@Doc("The bucket; it must exist.") String bucket,
        @Doc("What the names of all objects begin with; the same for all connectors that stand by for each other.") @Default("tocsin/") String prefix,
        @Doc("Where the server is, such as https://s3.corp.example; that of Amazon when left out.") @Nullable String endpoint,
        @Doc("The region.") @Default("us-east-1") String region,
        @Doc("Name the bucket in the path and not in the host name; most servers other than Amazon's want it.") @Default("false") boolean pathStyle,
        @Doc("The id of the access key; when left out, it is looked for where Amazon's tools look (environment, profile, role of the machine).") @Nullable String accessKey,
        @Doc("The secret of the access key.") @Nullable Secret secretKey,
        @Doc("How long a leader that says nothing is waited for.") @Default("5s") Duration lease)
        implements
            StateConfig {
    public S3StateConfig {
        StateConfig.check(lease);
        if (!bucket.matches("[a-zA-Z0-9._-]{3,255}")) {
            throw new IllegalArgumentException("bucket is no name of a bucket: \"" + bucket + "\"");
        }
        if (prefix.startsWith("/") || prefix.length() > 200) {
            throw new IllegalArgumentException("prefix must not begin with / and have 200 characters at most");
        }
        if (endpoint != null && !isUrl(endpoint)) {
            throw new IllegalArgumentException("endpoint is an address such as https://s3.corp.example:9000");
        }
        if ((accessKey == null) != (secretKey == null)) {
            throw new IllegalArgumentException("access_key and secret_key belong together: give both or none");
        }
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
