import { ProductTypesError, readProductTypes, type TokenMapConfig } from '#config';
import type { TokenMap } from '#fulfillment';
import { wrongPolicies, type RetryPolicies } from '#scheduler';

/** Reads the token map, and checks what it says of retries beside what counts for all types. @throws {ProductTypesError} */
export async function readTokenMap({ productTypesFile, variables, retry }: Pick<TokenMapConfig, 'productTypesFile' | 'variables' | 'retry'>): Promise<{ readonly tokenMap: TokenMap; readonly retries: RetryPolicies }> {
  const tokenMap = await readProductTypes(productTypesFile, variables);
  const retries = { defaults: retry, byProductType: new Map([...tokenMap.productTypes].map(([productType, { retry: overrides }]) => [productType, overrides])) };
  const wrong = wrongPolicies(retries);
  if (wrong.length > 0) throw new ProductTypesError(productTypesFile, `${wrong.join('; ')}; what is not named there comes from RETRY_*.`);
  return { tokenMap, retries };
}
