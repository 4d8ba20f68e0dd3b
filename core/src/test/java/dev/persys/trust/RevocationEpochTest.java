package dev.persys.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RevocationEpochTest {
    @Test
    void numbersAreReadAndAnythingElseIsNobodys() {
        assertThat(RevocationEpoch.read(new byte[] {4, 3, 2, 1, 7})).isEqualTo(7);
        assertThat(RevocationEpoch.read(new byte[] {4, 4, 2, 2, 1, 0})).isEqualTo(256);
        assertThat(RevocationEpoch.read(new byte[] {4, 3, 2, 1, -1})).isEqualTo(-1);
        assertThat(RevocationEpoch.read(new byte[] {4, 3, 2, 1})).isEqualTo(-1);
        assertThat(RevocationEpoch.read(new byte[] {4, 7, 2, 5, 1, 0, 0, 0, 0})).isEqualTo(-1);
        assertThat(RevocationEpoch.read(new byte[] {5, 3, 2, 1, 7})).isEqualTo(-1);
        assertThat(RevocationEpoch.read(new byte[0])).isEqualTo(-1);
    }
}
