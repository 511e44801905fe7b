package io.s3kms.model;

/** Serial number and code of an MFA device. */
public class MultiFactorAuthentication {
    private String deviceSerialNumber;
    private String token;

    /**
     * A device and its code.
     *
     * @param deviceSerialNumber serial number or ARN
     * @param token the code it shows
     */
    public MultiFactorAuthentication(String deviceSerialNumber, String token) {
        this.deviceSerialNumber = deviceSerialNumber;
        this.token = token;
    }

    /**
     * The device.
     *
     * @return serial number or ARN
     */
    public String getDeviceSerialNumber() {
        return deviceSerialNumber;
    }

    /**
     * The device.
     *
     * @param deviceSerialNumber serial number or ARN
     */
    public void setDeviceSerialNumber(String deviceSerialNumber) {
        this.deviceSerialNumber = deviceSerialNumber;
    }

    /**
     * The code.
     *
     * @return the code
     */
    public String getToken() {
        return token;
    }

    /**
     * The code.
     *
     * @param token the code
     */
    public void setToken(String token) {
        this.token = token;
    }
}
