/* Included last by every .c: calls that cannot be used safely do not compile. */
#ifndef PV_BASE_BANNED_H
#define PV_BASE_BANNED_H

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok atoi atol atof gmtime localtime ctime asctime gets tmpnam mktemp

#endif
