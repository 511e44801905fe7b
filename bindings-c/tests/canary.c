/* Must fail under the memory checkers: it proves that they are on. Reads beyond its memory and leaks it. */
#include <stdio.h>
#include <stdlib.h>

static volatile size_t beyond = 16; /* so that the compiler cannot know */

int main(void) {
    char *block = (char *)calloc(1, 16);
    if (!block) return 0;
    printf("%d\n", block[beyond]);
    block = NULL;
    return block != NULL;
}
