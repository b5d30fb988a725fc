{#- CTEs, the last of them compared_scores: for every customer and part of a model the best segment, its
    score and the next one's, |u|^2 of the coordinates u, and the sums that probability and entropy
    are made of. They read the CTEs of scored_customers that hold the parameters.

    On DuckDB what a model consists of are lists, so a customer is one row and a score one inner
    product. Elsewhere all is rows: features, coordinates, products of two, scores. -#}
{% macro compared_scores(features) %}
    {{- return(adapter.dispatch('compared_scores', 'covey')(features)) -}}
{% endmacro %}

{% macro default__compared_scores(features) -%}
filled as (
    select
        models.*,
        feature_matrix.customer_key,
        {%- for feature in features %}
        coalesce(feature_matrix.{{ feature }}, imputed_features.{{ feature }}) as {{ feature }},
        {%- endfor %}
        cast({{ covey.row_hash(covey.scored_columns(features)) }} as {{ dbt.type_string() }})
            as features_hash
    from feature_matrix
    cross join models
    left join customer_groups
        on feature_matrix.customer_key = customer_groups.customer_key
    left join imputed_features
        on
            {{ covey.same_part('models', 'imputed_features') }}
            and feature_matrix.customer_key = imputed_features.customer_key
),

{{ covey.unscored('filled') }},

raw_values as (
    {%- for feature in features %}
    select
        customers_to_score.segmentation,
        customers_to_score.part,
        customers_to_score.customer_key,
        feature_parameters.feature,
        case
            when feature_parameters.is_indicator = 0 then customers_to_score.{{ feature }}
            when customers_to_score.{{ feature }} is null then 1
            else 0
        end as raw_value
    from customers_to_score
    inner join feature_parameters
        on
            {{ covey.same_part('customers_to_score', 'feature_parameters') }}
            and feature_parameters.column_name = '{{ feature }}'
    union all
    {%- endfor %}
    select
        customers_to_score.segmentation,
        customers_to_score.part,
        customers_to_score.customer_key,
        category_values.feature,
        category_values.value as raw_value
    from customers_to_score
    inner join customer_categories
        on
            {{ covey.same_part('customers_to_score', 'customer_categories') }}
            and customers_to_score.customer_key = customer_categories.customer_key
    inner join category_values
        on
            {{ covey.same_part('customer_categories', 'category_values') }}
            and customer_categories.term = category_values.term
),

clipped_values as (
    select
        raw_values.customer_key,
        feature_parameters.*,
        {{ covey.clipped_value('raw_values.raw_value', 'feature_parameters.') }} as clipped
    from raw_values
    inner join feature_parameters
        on
            {{ covey.same_part('raw_values', 'feature_parameters') }}
            and raw_values.feature = feature_parameters.feature
),

standardised_values as (
    select
        *,
        ({{ covey.transformed_value('clipped', '') }} - center) * weight as standardised
    from clipped_values
),

coordinate_values as (
    select
        standardised_values.segmentation,
        standardised_values.part,
        standardised_values.customer_key,
        standardised_values.feature as coordinate,
        standardised_values.standardised as coordinate_value
    from standardised_values
    inner join coordinates
        on
            {{ covey.same_part('standardised_values', 'coordinates') }}
            and standardised_values.feature = coordinates.coordinate
    union all
    select
        standardised_values.segmentation,
        standardised_values.part,
        standardised_values.customer_key,
        loadings.coordinate,
        sum(standardised_values.standardised * loadings.loading)
        + max(loadings.component_offset) as coordinate_value
    from standardised_values
    inner join loadings
        on
            {{ covey.same_part('standardised_values', 'loadings') }}
            and standardised_values.feature = loadings.feature
    group by
        standardised_values.segmentation,
        standardised_values.part,
        standardised_values.customer_key,
        loadings.coordinate
),

term_values as (
    select
        segmentation,
        part,
        customer_key,
        coordinate,
        '(none)' as second_coordinate,
        coordinate_value as term_value
    from coordinate_values
    union all
    select
        terms.segmentation,
        terms.part,
        coordinate_values.customer_key,
        terms.coordinate,
        terms.second_coordinate,
        coordinate_values.coordinate_value * second_values.coordinate_value as term_value
    from terms
    inner join coordinate_values
        on
            {{ covey.same_part('terms', 'coordinate_values') }}
            and terms.coordinate = coordinate_values.coordinate
    inner join coordinate_values as second_values
        on
            {{ covey.same_part('terms', 'second_values') }}
            and terms.second_coordinate = second_values.coordinate
            and coordinate_values.customer_key = second_values.customer_key
),

squared_norms as (
    select
        segmentation,
        part,
        customer_key,
        sum(coordinate_value * coordinate_value) as squared_norm
    from coordinate_values
    group by segmentation, part, customer_key
),

segment_scores as (
    select
        term_values.segmentation,
        term_values.part,
        term_values.customer_key,
        coefficients.segment_id,
        max(coefficients.score_offset) as score_offset,
        max(coefficients.intercept) + sum(coefficients.coefficient * term_values.term_value)
            as score
    from term_values
    inner join coefficients
        on
            {{ covey.same_part('term_values', 'coefficients') }}
            and term_values.coordinate = coefficients.coordinate
            and term_values.second_coordinate = coefficients.second_coordinate
    group by
        term_values.segmentation,
        term_values.part,
        term_values.customer_key,
        coefficients.segment_id
),

ranked_scores as (
    select
        *,
        max(score) over (partition by segmentation, part, customer_key) as best_score,
        row_number() over (
            partition by segmentation, part, customer_key
            order by score desc, length(segment_id), segment_id
        ) as score_rank
    from segment_scores
),

logits as (
    select
        ranked_scores.*,
        greatest((ranked_scores.score - ranked_scores.best_score) / models.variance, -745) as logit
    from ranked_scores
    inner join models
        on {{ covey.same_part('ranked_scores', 'models') }}
),

summed_scores as (
    select
        segmentation,
        part,
        customer_key,
        max(case when score_rank = 1 then segment_id end) as segment_id,
        max(case when score_rank = 1 then score_offset end) as score_offset,
        max(best_score) as best_score,
        max(case when score_rank = 2 then score end) as next_score,
        sum(exp(logit)) as ratio_sum,
        sum(exp(logit) * logit) as logit_sum
    from logits
    group by segmentation, part, customer_key
),

compared_scores as (
    select
        summed_scores.*,
        customers_to_score.model_id,
        customers_to_score.features_hash,
        customers_to_score.outlier_distance,
        squared_norms.squared_norm
    from summed_scores
    inner join squared_norms
        on
            {{ covey.same_part('summed_scores', 'squared_norms') }}
            and summed_scores.customer_key = squared_norms.customer_key
    inner join customers_to_score
        on
            {{ covey.same_part('summed_scores', 'customers_to_score') }}
            and summed_scores.customer_key = customers_to_score.customer_key
)
{%- endmacro %}

{% macro duckdb__compared_scores(features) -%}
feature_lists as (
    select
        segmentation,
        part,
        list(
            struct_pack(
                place := {{ covey.feature_place(features, 'column_name') }},
                number := feature_number,
                category_place := case when encoded_column is not null then encoded_number end,
                is_indicator := is_indicator,
                impute := impute,
                clip_lower := clip_lower,
                clip_upper := clip_upper,
                log1p := log1p,
                yeo_johnson := yeo_johnson,
                center := center,
                weight := weight
            )
            order by feature
        ) as features
    from feature_parameters
    group by segmentation, part
),

loading_lists as (
    select
        segmentation,
        part,
        coordinate,
        max(component_offset) as component_offset,
        {{ covey.halved_list('loading', 'feature') }}
    from loadings
    group by segmentation, part, coordinate
),

component_lists as (
    select
        segmentation,
        part,
        list(
            struct_pack(component_offset := component_offset, high := high, low := low)
            order by coordinate
        ) as components
    from loading_lists
    group by segmentation, part
),

coordinate_places as (
    select
        *,
        row_number() over (partition by segmentation, part order by coordinate) as place
    from coordinates
),

product_lists as (
    select
        terms.segmentation,
        terms.part,
        list(
            struct_pack(one := coordinate_places.place, other := second_places.place)
            order by terms.coordinate, terms.second_coordinate
        ) as products
    from terms
    inner join coordinate_places
        on
            {{ covey.same_part('terms', 'coordinate_places') }}
            and terms.coordinate = coordinate_places.coordinate
    inner join coordinate_places as second_places
        on
            {{ covey.same_part('terms', 'second_places') }}
            and terms.second_coordinate = second_places.coordinate
    group by terms.segmentation, terms.part
),

coefficient_lists as (
    select
        segmentation,
        part,
        segment_id,
        max(intercept) as intercept,
        max(score_offset) as score_offset,
        {{ covey.halved_list(
            'coefficient', "second_coordinate <> '(none)', coordinate, second_coordinate"
        ) }}
    from coefficients
    group by segmentation, part, segment_id
),

segment_lists as (
    select
        segmentation,
        part,
        list(segment_id order by length(segment_id), segment_id) as segment_ids,
        list(score_offset order by length(segment_id), segment_id) as score_offsets,
        list(
            struct_pack(intercept := intercept, high := high, low := low)
            order by length(segment_id), segment_id
        ) as segments
    from coefficient_lists
    group by segmentation, part
),

listed_models as (
    select
        models.*,
        feature_lists.features,
        component_lists.components,
        product_lists.products,
        segment_lists.segment_ids,
        segment_lists.score_offsets,
        segment_lists.segments
    from models
    inner join segment_lists
        on {{ covey.same_part('models', 'segment_lists') }}
    left join feature_lists
        on {{ covey.same_part('models', 'feature_lists') }}
    left join component_lists
        on {{ covey.same_part('models', 'component_lists') }}
    left join product_lists
        on {{ covey.same_part('models', 'product_lists') }}
),

category_lists as (
    select
        segmentation,
        part,
        column_name,
        term,
        list(value order by feature) as category_numbers
    from category_values
    group by segmentation, part, column_name, term
),

categorised_customers as (
    select
        customer_categories.segmentation,
        customer_categories.part,
        customer_categories.customer_key,
        flatten(list(category_lists.category_numbers order by category_lists.column_name))
            as category_numbers
    from customer_categories
    inner join category_lists
        on
            {{ covey.same_part('customer_categories', 'category_lists') }}
            and customer_categories.term = category_lists.term
    group by
        customer_categories.segmentation,
        customer_categories.part,
        customer_categories.customer_key
),

filled as (
    select
        listed_models.*,
        feature_matrix.customer_key,
        {{ covey.filled_features(features, 'imputed_features') }},
        categorised_customers.category_numbers
    from feature_matrix
    cross join listed_models
    left join imputed_features
        on
            {{ covey.same_part('listed_models', 'imputed_features') }}
            and feature_matrix.customer_key = imputed_features.customer_key
    left join categorised_customers
        on
            {{ covey.same_part('listed_models', 'categorised_customers') }}
            and feature_matrix.customer_key = categorised_customers.customer_key
),

read_features as (
    select
        * exclude (filled_features, category_numbers),
        [
            case
                when feature.is_indicator = 1
                    then case when filled_features[feature.place] is null then 1.0 else 0.0 end
                when feature.category_place is null then filled_features[feature.place]
                else category_numbers[feature.category_place]
            end
            for feature in features
        ] as raw_values
    from filled
),

hashed as (
    select
        *,
        cast(hash(raw_values) as varchar) as features_hash
    from read_features
),

{{ covey.unscored('hashed') }},

standardised as (
    select
        * exclude (features, raw_values),
        [
            ({{ covey.transformed_value('clipped.value', 'clipped.') }} - clipped.center)
            * clipped.weight
            for clipped in [
                struct_pack(
                    value := {{ covey.clipped_value('raw_values[feature.number]', 'feature.') }},
                    log1p := feature.log1p,
                    yeo_johnson := feature.yeo_johnson,
                    center := feature.center,
                    weight := feature.weight
                )
                for feature in features
            ]
        ] as standardised,
        {{ covey.halves_of_list('standardised') }}
    from customers_to_score
),

located as (
    select
        * exclude (components, standardised, standardised_high, standardised_low),
        case
            when components is null then standardised
            else [
                component.component_offset
                + {{ covey.inner_product('standardised', 'component.') }}
                for component in components
            ]
        end as located
    from standardised
),

multiplied as (
    select
        * exclude (products, located),
        case
            when products is null then located
            else located || [located[product.one] * located[product.other] for product in products]
        end as terms,
        {{ covey.halves_of_list('terms') }}
    from located
),

scored as (
    select
        * exclude (segments, terms, terms_high, terms_low),
        [
            segment.intercept + {{ covey.inner_product('terms', 'segment.') }}
            for segment in segments
        ] as scores,
        case
            when is_mixture = 0 then {{ covey.inner_product('terms', 'terms_') }}
        end as squared_norm
    from multiplied
),

best_scores as (
    select
        * exclude (variance),
        list_max(scores) as best_score,
        list_position(scores, best_score) as best_place,
        [greatest((score - best_score) / variance, -745) for score in scores] as logits
    from scored
),

compared_scores as (
    select
        segmentation,
        part,
        customer_key,
        model_id,
        features_hash,
        segment_ids[best_place] as segment_id,
        outlier_distance,
        score_offsets[best_place] as score_offset,
        best_score,
        list_reverse_sort(scores)[2] as next_score,
        squared_norm,
        list_sum([exp(logit) for logit in logits]) as ratio_sum,
        list_sum([exp(logit) * logit for logit in logits]) as logit_sum
    from best_scores
)
{%- endmacro %}
