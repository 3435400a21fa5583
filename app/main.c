#include "base/err.h"

int main(void)
{
    return pv_exit_code(PV_OK);
}
