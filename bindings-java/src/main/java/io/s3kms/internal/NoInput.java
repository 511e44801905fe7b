package io.s3kms.internal;

/** Stands for the request where a call has none of its own. */
final class NoInput extends FlatInput {
    static final NoInput INSTANCE = new NoInput();

    private NoInput() {}

    @Override
    void write(FrameWriter out) {}

    @Override
    String javaName(String field) {
        return field;
    }
}
