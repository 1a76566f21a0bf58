package dev.tocsin.content;

import static dev.tocsin.content.ContentKit.rule;
import static dev.tocsin.content.ContentKit.tests;
import static dev.tocsin.content.ContentKit.tree;
import static dev.tocsin.content.ContentKit.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.sigma.RuleCache;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private static final ContentLimits LIMITS = ContentConfig.DEFAULT.limits();
    private static final ContentTree TREE = tree("", "windows/a.yml", rule(1, "alpha"), "windows/a.test.yml", tests(
            "alpha", "beta"), "pipelines/p.yml", "name: p\npriority: 1\ntransformations: []\n");

    @TempDir
    Path directory;

    private Bundle pack(ContentTree tree, String name) throws IOException {
        Path file = directory.resolve(name);
        Bundle.pack(tree, new RuleCache(), file);
        return Bundle.open(file, "", LIMITS);
    }

    @Test
    void theSameFilesMakeTheSameBytes() throws IOException {
        try (Bundle one = pack(TREE, "1.zip"); Bundle two = pack(TREE, "2.zip")) {
            assertThat(Files.readAllBytes(one.file())).isEqualTo(Files.readAllBytes(two.file()));
            assertThat(one.sha256()).isEqualTo(two.sha256()).hasSize(64);
            assertThat(one.commit()).isEqualTo(two.commit()).hasSize(32);
            assertThat(one.manifest()).isEqualTo(two.manifest());
            assertThat(one.manifest().rules()).containsExactly(new Manifest.Rule(ContentKit.id(1),
                    "rules/windows/a.yml", "Ann", true));
            assertThat(one.rules()).hasToString("[rules]");
            assertThat(one.pipelines()).hasToString("[pipelines/p.yml]");
        }
    }

    @Test
    void theNameOfTheContentIsThatOfItsRulesAndNotOfItsTests() throws IOException {
        try (Bundle one = pack(TREE, "1.zip");
                Bundle other = pack(with(TREE, "", "windows/a.test.yml", tests("xalpha", "beta")), "2.zip");
                Bundle third = pack(with(TREE, "", "windows/b.yml", rule(2, "beta")), "3.zip")) {
            assertThat(other.commit()).isEqualTo(one.commit());
            assertThat(other.sha256()).isNotEqualTo(one.sha256());
            assertThat(third.commit()).isNotEqualTo(one.commit());
            assertThat(other.changedSince(one.manifest())).containsExactly("rules/windows/a.yml");
            assertThat(third.changedSince(one.manifest())).containsExactly("rules/windows/b.yml");
            assertThat(one.changedSince(one.manifest())).isEmpty();
        }
        try (Bundle one = pack(TREE, "1.zip");
                Bundle piped = pack(with(TREE, "", "pipelines/p.yml", "name: q\ntransformations: []\n"), "2.zip")) {
            assertThat(piped.changedSince(one.manifest())).containsExactly("rules/windows/a.yml");
        }
    }

    @Test
    void aDamagedBundleIsNotOpened() throws IOException {
        String sha256;
        try (Bundle bundle = pack(TREE, "1.zip")) {
            sha256 = bundle.sha256();
        }
        Path file = directory.resolve("1.zip");
        byte[] bytes = Files.readAllBytes(file);
        bytes[100] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Bundle.open(file, sha256, LIMITS)).isInstanceOf(ContentException.class)
                .hasMessageContaining("the bundle is damaged");
        Files.write(file, new byte[]{1, 2, 3});
        assertThatThrownBy(() -> Bundle.open(file, "", LIMITS)).isInstanceOf(ContentException.class)
                .hasMessageContaining("no zip file");
    }

    private static byte[] zip(String name, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a.yml", "/etc/a.yml", "a/../../b.yml", "a\\b.yml", "C:a.yml", "a//b.yml", "./a.yml"})
    void aNameThatLeadsOutOfAnArchiveIsRefused(String name) throws IOException {
        byte[] zip = zip(name, new byte[]{1});
        assertThatThrownBy(() -> ContentTree.ofZip(new ByteArrayInputStream(zip), "", LIMITS)).isInstanceOf(
                ContentException.class).hasMessageContaining("cannot have this name");
        Path file = Files.write(directory.resolve("bad.zip"), zip);
        assertThatThrownBy(() -> Bundle.open(file, "", LIMITS)).isInstanceOf(ContentException.class);
    }

    @Test
    void anArchiveThatGrowsWithoutEndIsRefused() throws IOException {
        byte[] bomb = zip("a.yml", new byte[10_000_000]);
        assertThat(bomb).hasSizeLessThan(20_000);
        assertThatThrownBy(() -> ContentTree.ofZip(new ByteArrayInputStream(bomb), "", new ContentLimits(1_000_000)))
                .isInstanceOf(ContentException.class).hasMessageContaining("1000000");
        Path file = Files.write(directory.resolve("bomb.zip"), bomb);
        assertThatThrownBy(() -> Bundle.open(file, "", LIMITS)).hasMessageContaining("not compressed");
    }

    @Test
    void whatAForgeSendsLosesTheDirectoryOnTop() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("repo-4f2/", "repo-4f2/README.md", "repo-4f2/x/a.yml",
                    "repo-4f2/.github/b.yml")) {
                zip.putNextEntry(new ZipEntry(name));
            }
        }
        ContentTree tree = ContentTree.ofZip(new ByteArrayInputStream(out.toByteArray()), "4f2", LIMITS);
        assertThat(tree.files()).containsOnlyKeys("x/a.yml");
    }

    @Test
    void whatIsZippedIsReadBackAsItWas() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TREE.zip(out);
        ContentTree back = ContentTree.ofZip(new ByteArrayInputStream(out.toByteArray()), "", LIMITS);
        assertThat(back.files().keySet()).isEqualTo(TREE.files().keySet());
        back.files().forEach((name, bytes) -> assertThat(bytes).isEqualTo(TREE.files().get(name)));
    }

    @Test
    void aKeyIsItsOwnersAndSignsOnlyWhatItSaid() throws IOException {
        Path file = directory.resolve("my.key");
        SigningKey key = SigningKey.own(file);
        assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        SigningKey again = SigningKey.own(file);
        assertThat(again.publicKey()).isEqualTo(key.publicKey());
        String sha256 = "ab".repeat(32);
        assertThat(key.publicKey().signed(Hashes.signedText(sha256), again.sign(sha256))).isTrue();
        assertThat(key.publicKey().signed(Hashes.signedText("ac".repeat(32)), key.sign(sha256))).isFalse();
        assertThat(key.publicKey().signed(Hashes.signedText(sha256), "no base64 !")).isFalse();
        assertThatThrownBy(() -> SigningKey.generate(file))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> SigningKey.read(file)).isInstanceOf(ContentException.class).hasMessageContaining(
                "chmod 600");
        assertThatThrownBy(() -> PublicKeyText.parse("ed25519:AAAA")).hasMessageContaining("3 bytes instead of 32");
        assertThatThrownBy(() -> PublicKeyText.parse("ssh-rsa AAAA")).hasMessageContaining("content keygen");
    }
}
