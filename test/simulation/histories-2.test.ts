import { testPart } from "./histories.ts";

testPart(1);
