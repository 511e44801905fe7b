# The JAR's tests on JDK 17, then the same on JDK 25. Sourced by the test command.

java_maven() { mvn -q -B -ntp -f "$ROOT/bindings-java/pom.xml" "-Drevision=$VERSION" \
  "-Ds3kms.native=$S3KMS_LIB_DIR/libs3kms_jni.so" "$@"; }

# java_fresh GOAL...: reports of an earlier run must not be counted.
java_fresh() { rm -rf "$ROOT/bindings-java/target/surefire-reports" && java_maven "$@"; }

# java_no_jni_warnings: what -Xcheck:jni prints, in the output or the reports of the last run.
java_no_jni_warnings() {
  ! grep -rhE 'WARNING in native method|FATAL ERROR in native method|WARNING: JNI local refs' \
    "$1" "$ROOT/bindings-java/target/surefire-reports"
}

suite_java() {
  local log
  { need_rust && need_java; } || { unavailable java "tests of the JAR" "$WHY_NOT"; return; }
  build_natives || { record java 0 1 0 "build"; return; }
  counted java junit "JDK 17" "$ROOT/bindings-java/target/surefire-reports" -- \
    java_fresh verify -DexcludedGroups=real-server
  log=$LAST_LOG
  check java "no -Xcheck:jni warning on JDK 17" java_no_jni_warnings "$log"
  need_java25 || { unavailable java "JDK 25" "$WHY_NOT"; return; }
  # The classes stay as JDK 17 compiled them: only the JVM that runs the tests is another one.
  counted java junit "JDK 25" "$ROOT/bindings-java/target/surefire-reports" -- \
    java_fresh surefire:test "-Djvm=$JAVA25/bin/java" -DexcludedGroups=real-server
  log=$LAST_LOG
  check java "no -Xcheck:jni warning on JDK 25" java_no_jni_warnings "$log"
}
