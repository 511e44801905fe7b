# The NuGet package's tests on .NET 8 and .NET 10. Sourced by the test command.

# IsTestingPlatformApplication=false: xunit.v3 brings its own test platform, with which the .NET 10 SDK refuses the
# classic runner; that one is what writes one .trx per framework and takes --filter.
dotnet_test() { # dotnet_test RESULTS-FOLDER FILTER
  (cd "$ROOT/bindings-dotnet" && dotnet test S3Kms.sln --nologo "-p:Version=$VERSION" -p:IsTestingPlatformApplication=false \
    --logger trx --results-directory "$1" --filter "$2")
}

suite_dotnet() {
  { need_rust && need_dotnet; } || { unavailable dotnet "tests of the NuGet package" "$WHY_NOT"; return; }
  build_natives || { record dotnet 0 1 0 "build"; return; }
  counted dotnet trx ".NET 8 and .NET 10" "$LOGS/dotnet" -- dotnet_test "$LOGS/dotnet" 'Category!=RealServer'
}
