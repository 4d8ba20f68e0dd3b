package dev.persys.secrets;

/** What became of a sealed text. */
public sealed interface Opened {
    /** The value that was sealed. Its text form does not show it. */
    final class Value implements Opened {
        private final byte[] bytes;

        Value(byte[] bytes) {
            this.bytes = bytes;
        }

        /** A copy, with which whoever has it may do as they like. */
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return "Value[…]";
        }
    }

    /**
     * It cannot be opened.
     *
     * @param why for whoever looks after the scheduler, with what to do; says nothing of the value
     */
    record Closed(String why) implements Opened {}
}
