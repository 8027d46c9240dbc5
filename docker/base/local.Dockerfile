# An image's runtime stage with the program that was built outside: see image.sh.
ARG RUNTIME
FROM $RUNTIME
ARG NAME
ARG BUILT
COPY $BUILT /opt/$NAME
