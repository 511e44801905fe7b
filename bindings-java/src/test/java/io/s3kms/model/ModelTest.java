package io.s3kms.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3kms.AmazonClientException;
import io.s3kms.AmazonServiceException;
import io.s3kms.ClientConfiguration;
import io.s3kms.HttpMethod;
import io.s3kms.Protocol;
import io.s3kms.SdkClientException;
import io.s3kms.auth.AWSCredentialsProviderChain;
import io.s3kms.auth.AWSStaticCredentialsProvider;
import io.s3kms.auth.BasicAWSCredentials;
import io.s3kms.auth.BasicSessionCredentials;
import io.s3kms.auth.profile.ProfileCredentialsProvider;
import io.s3kms.regions.Regions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model classes behave as users of SDK 1.x know them. */
class ModelTest {
    @Test
    void kms_parameters_have_the_constructors_and_defaults_of_sdk_1() {
        assertNull(new SSEAwsKeyManagementParams().getAwsKmsKeyId());
        assertEquals("aws:kms", new SSEAwsKeyManagementParams().getEncryption());
        assertEquals("id", new SSEAwsKeyManagementParams("id").getAwsKmsKeyId());
        assertEquals("ctx", new SSEAwsKeyManagementParams("id", "ctx").getAwsKmsEncryptionContext());
        assertEquals("aws:kms:dsse", new SSEAwsKeyManagementParams("id", SSEAlgorithm.KMS_DSSE).getEncryption());
        assertEquals("AES256", new SSEAwsKeyManagementParams(SSEAlgorithm.AES256).getEncryption());
        SSEAwsKeyManagementParams first = new SSEAwsKeyManagementParams("id", "ctx");
        SSEAwsKeyManagementParams other = first.withAwsKmsKeyId("other");
        assertNotSame(first, other);
        assertEquals("ctx", other.getAwsKmsEncryptionContext());
        assertEquals(first, new SSEAwsKeyManagementParams("id", "ctx"));
        assertNotEquals(first, other);
        assertFalse(first.toString().contains("ctx"));
        assertThrows(IllegalArgumentException.class, () -> new SSEAwsKeyManagementParams("id", (String) null));
        assertThrows(IllegalArgumentException.class, () -> new SSEAwsKeyManagementParams("id", (SSEAlgorithm) null));
    }

    @Test
    void algorithms_have_texts() {
        assertEquals("aws:kms", SSEAlgorithm.KMS.getAlgorithm());
        assertEquals("AES256", SSEAlgorithm.AES256.toString());
        assertSame(SSEAlgorithm.KMS, SSEAlgorithm.fromString("aws:kms"));
        assertSame(SSEAlgorithm.AES256, SSEAlgorithm.getDefault());
        assertNull(SSEAlgorithm.fromString(null));
        assertThrows(IllegalArgumentException.class, () -> SSEAlgorithm.fromString("rot13"));
        assertSame(StorageClass.StandardInfrequentAccess, StorageClass.fromValue("STANDARD_IA"));
        assertEquals("private", CannedAccessControlList.Private.toString());
    }

    @Test
    void kms_and_customer_key_exclude_each_other() {
        PutObjectRequest put = new PutObjectRequest("b", "k", "redirect").withSSECustomerKey(new SSECustomerKey(new byte[32]));
        assertThrows(IllegalArgumentException.class, () -> put.setSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams()));
        put.setSSECustomerKey(null);
        put.setSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams());
        assertThrows(IllegalArgumentException.class, () -> put.setSSECustomerKey(new SSECustomerKey(new byte[32])));
        CopyObjectRequest copy = new CopyObjectRequest("a", "b", "c", "d")
                .withSSEAwsKeyManagementParams(new SSEAwsKeyManagementParams())
                .withSourceSSECustomerKey(new SSECustomerKey(new byte[32]));
        assertThrows(IllegalArgumentException.class, () -> copy.setDestinationSSECustomerKey(new SSECustomerKey(new byte[32])));
    }

    @Test
    void customer_keys_come_as_text_bytes_and_secret_keys() {
        byte[] raw = new byte[32];
        assertEquals(new SSECustomerKey(raw).getKey(), new SSECustomerKey(new SecretKeySpec(raw, "AES")).getKey());
        assertEquals("AES256", new SSECustomerKey("a2V5").getAlgorithm());
        assertThrows(IllegalArgumentException.class, () -> new SSECustomerKey(""));
        assertThrows(IllegalArgumentException.class, () -> new SSECustomerKey((byte[]) null));
    }

    @Test
    void requests_chain_and_clone() {
        PutObjectRequest put = new PutObjectRequest("b", "k", "r").withStorageClass(StorageClass.Glacier)
                .withCannedAcl(CannedAccessControlList.PublicRead).withBucketKeyEnabled(true).withBucketName("b2").withKey("k2")
                .withObjectLockMode("GOVERNANCE").withObjectLockRetainUntilDate(new Date(5))
                .withTagging(new ObjectTagging(List.of(new Tag("a", "1")))).withRequesterPays(true);
        assertEquals("GLACIER", put.getStorageClass());
        assertEquals(CannedAccessControlList.PublicRead, put.getCannedAcl());
        put.putCustomRequestHeader("x", "1");
        PutObjectRequest clone = put.clone();
        clone.putCustomRequestHeader("x", "2");
        assertEquals("1", put.getCustomRequestHeaders().get("x"));
        assertEquals("b2", clone.getBucketName());
        GetObjectRequest get = new GetObjectRequest("b", "k").withRange(5);
        assertArrayEquals(new long[] {5, Long.MAX_VALUE - 1}, get.getRange());
        assertNull(new GetObjectRequest("b", "k").getRange());
        assertEquals(HttpMethod.GET, new GeneratePresignedUrlRequest("b", "k").getMethod());
        assertEquals("REPLACE", new CopyObjectRequest().withMetadataDirective(MetadataDirective.REPLACE).getMetadataDirective());
    }

    @Test
    void metadata_is_kept_by_header_in_any_case() {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentType("text/x");
        assertEquals("text/x", metadata.getRawMetadataValue("content-type"));
        metadata.setHeader("x-amz-server-side-encryption-aws-kms-key-id", "arn");
        assertEquals("arn", metadata.getSSEAwsKmsKeyId());
        metadata.addUserMetadata("Name", "1");
        assertEquals("1", metadata.getUserMetaDataOf("name"));
        ObjectMetadata copy = metadata.clone();
        copy.addUserMetadata("name", "2");
        copy.setContentType(null);
        assertEquals("1", metadata.getUserMetaDataOf("name"));
        assertEquals("text/x", metadata.getContentType());
        assertNull(copy.getContentType());
        assertEquals(0, metadata.getContentLength());
        metadata.setHeader("Content-Range", "bytes 1-2/10");
        assertEquals(10, metadata.getInstanceLength());
        metadata.setSSEAlgorithm(ObjectMetadata.AES_256_SERVER_SIDE_ENCRYPTION);
        assertEquals("AES256", metadata.getSSEAlgorithm());
        assertThrows(UnsupportedOperationException.class, () -> metadata.getRawMetadata().clear());
    }

    @Test
    void exceptions_form_the_chain_of_sdk_1() {
        AmazonS3Exception e = new AmazonS3Exception("Not here");
        e.setStatusCode(404);
        e.setErrorCode("NoSuchKey");
        e.setRequestId("R");
        e.setExtendedRequestId("X");
        assertEquals("Not here (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey; Request ID: R;"
                + " S3 Extended Request ID: X)", e.getMessage());
        assertTrue(AmazonServiceException.class.isInstance(e) && SdkClientException.class.isInstance(e)
                && AmazonClientException.class.isInstance(e));
        assertEquals("Not here", e.getErrorMessage());
        e.setHint("Look there");
        assertTrue(e.getMessage().endsWith(". Look there"));
    }

    @Test
    void configuration_has_the_defaults_of_sdk_1() {
        ClientConfiguration c = new ClientConfiguration();
        assertEquals(10_000, c.getConnectionTimeout());
        assertEquals(50_000, c.getSocketTimeout());
        assertEquals(50, c.getMaxConnections());
        assertEquals(-1, c.getMaxErrorRetry());
        assertEquals(Protocol.HTTPS, c.getProtocol());
        ClientConfiguration copy = new ClientConfiguration(c.withProxyHost("p").withSignerOverride("AWSS3V4SignerType"));
        assertEquals("p", copy.getProxyHost());
        assertEquals("AWSS3V4SignerType", copy.getSignerOverride());
    }

    @Test
    void regions_have_names() {
        assertEquals("eu-central-1", Regions.EU_CENTRAL_1.getName());
        assertSame(Regions.US_EAST_1, Regions.fromName("us-east-1"));
        assertThrows(IllegalArgumentException.class, () -> Regions.fromName("moon-1"));
    }

    @Test
    void providers_give_what_they_know(@TempDir Path folder) throws Exception {
        assertThrows(IllegalArgumentException.class, () -> new BasicAWSCredentials(null, "s"));
        assertThrows(IllegalArgumentException.class, () -> new AWSStaticCredentialsProvider(null));
        assertThrows(IllegalArgumentException.class, () -> new AWSCredentialsProviderChain());
        Path file = folder.resolve("credentials");
        Files.writeString(file, "[default]\naws_access_key_id=D\n[p]\n# note\naws_access_key_id = A\naws_secret_access_key=S\n"
                + "aws_session_token= T\n");
        BasicSessionCredentials found =
                (BasicSessionCredentials) new ProfileCredentialsProvider(file.toString(), "p").getCredentials();
        assertEquals("A/S/T", found.getAWSAccessKeyId() + "/" + found.getAWSSecretKey() + "/" + found.getSessionToken());
        assertThrows(SdkClientException.class, () -> new ProfileCredentialsProvider(file.toString(), "q").getCredentials());
        AWSCredentialsProviderChain chain = new AWSCredentialsProviderChain(
                new ProfileCredentialsProvider(file.toString(), "q"), new ProfileCredentialsProvider(file.toString(), "p"));
        assertEquals("A", chain.getCredentials().getAWSAccessKeyId());
    }
}
