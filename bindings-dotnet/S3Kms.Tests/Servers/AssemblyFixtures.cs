using S3Kms.Tests.Servers;

[assembly: AssemblyFixture(typeof(StrictServer))]
