package io.s3kms.internal;

/** An error of native code; {@code errors.rs} writes it, and the numbers are fixed there. */
final class ErrorFrame {
    int kind = Schema.INTERNAL;
    String message = "native code reported an error that it could not describe: out of memory?";
    String field;
    int httpStatus;
    String code;
    String requestId;
    String extendedRequestId;
    String hint;
    boolean retryable;

    private ErrorFrame() {}

    static ErrorFrame of(int kind, String message) {
        ErrorFrame error = new ErrorFrame();
        error.kind = kind;
        error.message = message;
        return error;
    }

    static ErrorFrame read(byte[] frame) {
        ErrorFrame error = new ErrorFrame();
        if (frame == null) {
            return error;
        }
        FrameReader in = new FrameReader(frame);
        while (in.next()) {
            switch (in.number()) {
                case 1:
                    error.kind = in.int64().intValue();
                    break;
                case 2:
                    error.message = in.text();
                    break;
                case 3:
                    error.field = in.text();
                    break;
                case 4:
                    error.httpStatus = in.int64().intValue();
                    break;
                case 5:
                    error.code = in.text();
                    break;
                case 6:
                    error.requestId = in.text();
                    break;
                case 7:
                    error.extendedRequestId = in.text();
                    break;
                case 8:
                    error.hint = in.text();
                    break;
                case 9:
                    error.retryable = in.bool();
                    break;
                default:
                    throw in.unknown();
            }
        }
        return error;
    }
}
