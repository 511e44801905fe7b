/* Must fail under the memory checkers: it proves that they are on. Reads freed memory and leaks a block. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    volatile char *freed = (volatile char *)malloc(16);
    char *leaked = (char *)malloc(32);
    free((void *)freed);
    printf("%d %p\n", freed[3], (void *)leaked);
    leaked = NULL;
    return leaked != NULL;
}
