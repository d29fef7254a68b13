/*
 * National language tables of the Indian languages (3GPP TS 23.038 release 13, A.2 and A.3): 8 rows of 16 code points, `.` where
 * the default alphabet or its extension table stays in force, `fffd` where nothing is defined.
 */

export interface CodeTables {
  readonly locking: string;
  readonly single: string;
}

export const INDIAN_LANGUAGES: Readonly<Record<number, CodeTables>> = {
  // Bengali and Assamese
  4: {
    locking: `
      981 982 983 985 986 987 988 989 98a 98b . 98c fffd . fffd 98f
      990 fffd fffd 993 994 995 996 997 998 999 99a . 99b 99c 99d 99e
      . . 99f 9a0 9a1 9a2 9a3 9a4 29 28 9a5 9a6 . 9a7 . 9a8
      . . . . . . . . . . . . fffd 9aa 9ab .
      9ac 9ad 9ae 9af 9b0 fffd 9b2 fffd fffd fffd 9b6 9b7 9b8 9b9 9bc 9bd
      9be 9bf 9c0 9c1 9c2 9c3 9c4 fffd fffd 9c7 9c8 fffd fffd 9cb 9cc 9cd
      9ce . . . . . . . . . . . . . . .
      . . . . . . . . . . . 9d7 9dc 9dd 9f0 9f1`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 9e6 9e7 . 9e8 9e9 9ea 9eb
      9ec 9ed 9ee 9ef 9df 9e0 9e1 9e2 . . 9e3 9f2 9f3 9f4 9f5 .
      9f6 9f7 9f8 9f9 9fa . . . . . . . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Gujarati
  5: {
    locking: `
      a81 a82 a83 a85 a86 a87 a88 a89 a8a a8b . a8c a8d . fffd a8f
      a90 a91 fffd a93 a94 a95 a96 a97 a98 a99 a9a . a9b a9c a9d a9e
      . . a9f aa0 aa1 aa2 aa3 aa4 29 28 aa5 aa6 . aa7 . aa8
      . . . . . . . . . . . . fffd aaa aab .
      aac aad aae aaf ab0 fffd ab2 ab3 fffd ab5 ab6 ab7 ab8 ab9 abc abd
      abe abf ac0 ac1 ac2 ac3 ac4 ac5 fffd ac7 ac8 ac9 fffd acb acc acd
      ad0 . . . . . . . . . . . . . . .
      . . . . . . . . . . . ae0 ae1 ae2 ae3 af1`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 964 965 . ae6 ae7 ae8 ae9
      aea aeb aec aed aee aef . . . . . . . . . .
      . . . . . . . . . . . . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Hindi
  6: {
    locking: `
      901 902 903 905 906 907 908 909 90a 90b . 90c 90d . 90e 90f
      910 911 912 913 914 915 916 917 918 919 91a . 91b 91c 91d 91e
      . . 91f 920 921 922 923 924 29 28 925 926 . 927 . 928
      . . . . . . . . . . . . 929 92a 92b .
      92c 92d 92e 92f 930 931 932 933 934 935 936 937 938 939 93c 93d
      93e 93f 940 941 942 943 944 945 946 947 948 949 94a 94b 94c 94d
      950 . . . . . . . . . . . . . . .
      . . . . . . . . . . . 972 97b 97c 97e 97f`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 964 965 . 966 967 968 969
      96a 96b 96c 96d 96e 96f 951 952 . . 953 954 958 959 95a .
      95b 95c 95d 95e 95f 960 961 962 963 970 971 . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Kannada
  7: {
    locking: `
      fffd c82 c83 c85 c86 c87 c88 c89 c8a c8b . c8c fffd . c8e c8f
      c90 fffd c92 c93 c94 c95 c96 c97 c98 c99 c9a . c9b c9c c9d c9e
      . . c9f ca0 ca1 ca2 ca3 ca4 29 28 ca5 ca6 . ca7 . ca8
      . . . . . . . . . . . . fffd caa cab .
      cac cad cae caf cb0 cb1 cb2 cb3 fffd cb5 cb6 cb7 cb8 cb9 cbc cbd
      cbe cbf cc0 cc1 cc2 cc3 cc4 fffd cc6 cc7 cc8 fffd cca ccb ccc ccd
      cd5 . . . . . . . . . . . . . . .
      . . . . . . . . . . . cd6 ce0 ce1 ce2 ce3`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 964 965 . ce6 ce7 ce8 ce9
      cea ceb cec ced cee cef cde cf1 . . cf2 . . . . .
      . . . . . . . . . . . . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Malayalam
  8: {
    locking: `
      fffd d02 d03 d05 d06 d07 d08 d09 d0a d0b . d0c fffd . d0e d0f
      d10 fffd d12 d13 d14 d15 d16 d17 d18 d19 d1a . d1b d1c d1d d1e
      . . d1f d20 d21 d22 d23 d24 29 28 d25 d26 . d27 . d28
      . . . . . . . . . . . . fffd d2a d2b .
      d2c d2d d2e d2f d30 d31 d32 d33 d34 d35 d36 d37 d38 d39 fffd d3d
      d3e d3f d40 d41 d42 d43 d44 fffd d46 d47 d48 fffd d4a d4b d4c d4d
      d57 . . . . . . . . . . . . . . .
      . . . . . . . . . . . d60 d61 d62 d63 d79`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 964 965 . d66 d67 d68 d69
      d6a d6b d6c d6d d6e d6f d70 d71 . . d72 d73 d74 d75 d7a .
      d7b d7c d7d d7e d7f . . . . . . . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Odia
  9: {
    locking: `
      b01 b02 b03 b05 b06 b07 b08 b09 b0a b0b . b0c fffd . fffd b0f
      b10 fffd fffd b13 b14 b15 b16 b17 b18 b19 b1a . b1b b1c b1d b1e
      . . b1f b20 b21 b22 b23 b24 29 28 b25 b26 . b27 . b28
      . . . . . . . . . . . . fffd b2a b2b .
      b2c b2d b2e b2f b30 fffd b32 b33 fffd b35 b36 b37 b38 b39 b3c b3d
      b3e b3f b40 b41 b42 b43 b44 fffd fffd b47 b48 fffd fffd b4b b4c b4d
      b56 . . . . . . . . . . . . . . .
      . . . . . . . . . . . b57 b60 b61 b62 b63`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 964 965 . b66 b67 b68 b69
      b6a b6b b6c b6d b6e b6f b5c b5d . . b5f b70 b71 . . .
      . . . . . . . . . . . . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Punjabi
  10: {
    locking: `
      a01 a02 a03 a05 a06 a07 a08 a09 a0a fffd . fffd fffd . fffd a0f
      a10 fffd fffd a13 a14 a15 a16 a17 a18 a19 a1a . a1b a1c a1d a1e
      . . a1f a20 a21 a22 a23 a24 29 28 a25 a26 . a27 . a28
      . . . . . . . . . . . . fffd a2a a2b .
      a2c a2d a2e a2f a30 fffd a32 a33 fffd a35 a36 fffd a38 a39 a3c fffd
      a3e a3f a40 a41 a42 fffd fffd fffd fffd a47 a48 fffd fffd a4b a4c a4d
      a51 . . . . . . . . . . . . . . .
      . . . . . . . . . . . a70 a71 a72 a73 a74`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 964 965 . a66 a67 a68 a69
      a6a a6b a6c a6d a6e a6f a59 a5a . . a5b a5c a5e a75 . .
      . . . . . . . . . . . . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Tamil
  11: {
    locking: `
      fffd b82 b83 b85 b86 b87 b88 b89 b8a fffd . fffd fffd . b8e b8f
      b90 fffd b92 b93 b94 b95 fffd fffd fffd b99 b9a . fffd b9c fffd b9e
      . . b9f fffd fffd fffd ba3 ba4 29 28 fffd fffd . fffd . ba8
      . . . . . . . . . . . . ba9 baa fffd .
      fffd fffd bae baf bb0 bb1 bb2 bb3 bb4 bb5 bb6 bb7 bb8 bb9 fffd fffd
      bbe bbf bc0 bc1 bc2 fffd fffd fffd bc6 bc7 bc8 fffd bca bcb bcc bcd
      bd0 . . . . . . . . . . . . . . .
      . . . . . . . . . . . bd7 bf0 bf1 bf2 bf9`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 964 965 . be6 be7 be8 be9
      bea beb bec bed bee bef bf3 bf4 . . bf5 bf6 bf7 bf8 bfa .
      . . . . . . . . . . . . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Telugu
  12: {
    locking: `
      c01 c02 c03 c05 c06 c07 c08 c09 c0a c0b . c0c fffd . c0e c0f
      c10 fffd c12 c13 c14 c15 c16 c17 c18 c19 c1a . c1b c1c c1d c1e
      . . c1f c20 c21 c22 c23 c24 29 28 c25 c26 . c27 . c28
      . . . . . . . . . . . . fffd c2a c2b .
      c2c c2d c2e c2f c30 c31 c32 c33 fffd c35 c36 c37 c38 c39 fffd c3d
      c3e c3f c40 c41 c42 c43 c44 fffd c46 c47 c48 fffd c4a c4b c4c c4d
      c55 . . . . . . . . . . . . . . .
      . . . . . . . . . . . c56 c60 c61 c62 c63`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a . . . c66 c67 c68 c69
      c6a c6b c6c c6d c6e c6f c58 c59 . . c78 c79 c7a c7b c7c .
      c7d c7e c7f . . . . . . . . . . . . .
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
  // Urdu
  13: {
    locking: `
      627 622 628 67b 680 67e 6a6 62a 6c2 67f . 679 67d . 67a 67c
      62b 62c 681 684 683 685 686 687 62d 62e 62f . 68c 688 689 68a
      . . 68f 68d 630 631 691 693 29 28 699 632 . 696 . 698
      . . . . . . . . . . . . 69a 633 634 .
      635 636 637 638 639 641 642 6a9 6aa 6ab 6af 6b3 6b1 644 645 646
      6ba 6bb 6bc 648 6c4 6d5 6c1 6be 621 6cc 6d0 6d2 64d 650 64f 657
      654 . . . . . . . . . . . . . . .
      . . . . . . . . . . . 655 651 653 656 670`,
    single: `
      40 a3 24 a5 bf 22 a4 25 26 27 . 2a 2b . 2d 2f
      3c 3d 3e a1 . a1 5f 23 2a 600 601 . 6f0 6f1 6f2 6f3
      6f4 6f5 6f6 6f7 6f8 6f9 60c 60d . . 60e 60f 610 611 612 .
      613 614 61b 61f 640 652 658 66b 66c 672 673 6cd . . . 6d4
      . 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
      50 51 52 53 54 55 56 57 58 59 5a . . . . .
      . . . . . . . . . . . . . . . .
      . . . . . . . . . . . . . . . .`,
  },
};
