package dev.tocsin.source.state;

import dev.tocsin.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A bucket. What S3 asks to try again (5xx, 409, slow down) is tried again a few times before it is an error. */
final class S3Objects implements ObjectStore {
    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final int CONFLICTS_MAX = 6;

    private final S3Client client;
    private final S3StateConfig config;

    S3Objects(S3StateConfig config) {
        this.config = config;
        S3ClientBuilder builder = S3Client.builder().region(Region.of(config.region()))
                .forcePathStyle(config.pathStyle())
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(ATTEMPT).socketTimeout(ATTEMPT))
                .serviceConfiguration(s -> s.expectContinueEnabled(false))
                // Servers other than Amazon's do not all know the newer checksums.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(o -> o.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL));
        String endpoint = config.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(URI.create(endpoint));
        }
        String accessKey = config.accessKey();
        Secret secretKey = config.secretKey();
        if (accessKey != null && secretKey != null) {
            builder.credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey.value())));
        }
        client = builder.build();
    }

    @Override
    public boolean create(String name, byte[] content) throws IOException {
        for (int i = 1;; i++) {
            try {
                client.putObject(b -> b.bucket(config.bucket()).key(key(name)).ifNoneMatch("*"),
                        RequestBody.fromBytes(content));
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == 412) {
                    return false;
                }
                // Another is creating it at this moment, and may fail.
                if (e.statusCode() != 409 || i == CONFLICTS_MAX) {
                    throw failure("write " + key(name), e);
                }
                pause(10L * i + ThreadLocalRandom.current().nextInt(20));
            } catch (SdkException e) {
                throw failure("write " + key(name), e);
            }
        }
    }

    @Override
    public void replace(String name, byte[] content) throws IOException {
        call("write " + key(name), () -> client.putObject(b -> b.bucket(config.bucket()).key(key(name)),
                RequestBody.fromBytes(content)));
    }

    @Override
    public Optional<byte[]> get(String name) throws IOException {
        return call("read " + key(name), () -> {
            try {
                return Optional
                        .of(client.getObjectAsBytes(b -> b.bucket(config.bucket()).key(key(name))).asByteArray());
            } catch (S3Exception e) {
                if (e.statusCode() == 404 && !isBucketMissing(e)) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public List<Entry> list(String prefix, String after) throws IOException {
        return call("list " + key(prefix), () -> {
            List<Entry> found = new ArrayList<>();
            client.listObjectsV2Paginator(b -> b.bucket(config.bucket()).prefix(key(prefix)).startAfter(key(after)))
                    .contents().forEach(o -> found.add(new Entry(o.key().substring(config.prefix().length()), o.size(),
                            o.eTag())));
            return found;
        });
    }

    @Override
    public void delete(String name) throws IOException {
        call("delete " + key(name), () -> client.deleteObject(b -> b.bucket(config.bucket()).key(key(name))));
    }

    private String key(String name) {
        return config.prefix() + name;
    }

    private <T> T call(String what, Callable<T> request) throws IOException {
        try {
            return request.call();
        } catch (SdkException e) {
            throw failure(what, e);
        } catch (Exception e) {
            throw new IllegalStateException("no request throws this", e);
        }
    }

    private IOException failure(String what, SdkException e) {
        String hint = "";
        if (e instanceof S3Exception s3) {
            hint = switch (s3.statusCode()) {
                case 401, 403 ->
                    "; the key must be allowed to list the bucket, and to get, put and delete objects below "
                            + config.prefix();
                case 404 -> isBucketMissing(s3) ? "; make the bucket first" : "";
                case 301, 307 -> "; check region and endpoint";
                default -> "";
            };
        }
        return new IOException("cannot " + what + " in " + this + ": " + e.getMessage() + hint, e);
    }

    private static boolean isBucketMissing(S3Exception e) {
        return e.awsErrorDetails() != null && "NoSuchBucket".equals(e.awsErrorDetails().errorCode());
    }

    private static void pause(long millis) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public String toString() {
        return "bucket " + config.bucket() + (config.endpoint() == null ? "" : " at " + config.endpoint());
    }

    @Override
    public void close() {
        client.close();
    }
}
